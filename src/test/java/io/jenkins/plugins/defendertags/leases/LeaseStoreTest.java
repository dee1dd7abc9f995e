package io.jenkins.plugins.defendertags.leases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Problem;
import io.jenkins.plugins.defendertags.client.model.Tag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LeaseStoreTest {

    private static final MachineId MACHINE = new MachineId("1e5bc9d7e413ddd7902c2932e418702b84d0cc07");
    private static final Instant NOW = Instant.parse("2026-11-27T10:00:00.123Z");
    private static final LeaseHolder BLOCK = new LeaseHolder.Block("block-1", "team/job#3", "agent");
    private static final LeaseHolder AGENT = new LeaseHolder.Agent("../\\agent: 1\u0000");
    private static final LeaseHolder TIME = new LeaseHolder.Time("time-1", "team/job#3", null, NOW.plusSeconds(60));

    @TempDir
    Path home;

    private Path folder;
    private LeaseStore store;

    @BeforeEach
    void create() {
        folder = home.resolve("defender-tags");
        store = new LeaseStore(folder);
    }

    private static Lease lease(LeaseHolder holder, String tag) {
        return Lease.of(
                        holder,
                        MACHINE,
                        new Tag(tag),
                        new LeaseCredential("defender", "us", "folder team", "tenant", "client"),
                        NOW)
                .named("build-07.example.com")
                .asAdded(true);
    }

    @Test
    void readsWhatItHasWritten() throws IOException {
        Problem problem = new Problem("Defender answered HTTP 403 <b>\"", ErrorCode.FORBIDDEN);
        Lease ended = lease(BLOCK, "\"<ü>\"")
                .end(NOW)
                .failed(RemovalAttempts.NONE.machineUnknown(NOW, problem).delayed(NOW, problem));
        List<Lease> block = List.of(lease(BLOCK, "a"), lease(BLOCK, "b").asAdded(false), ended);
        store.write(BLOCK, block, true);
        store.write(AGENT, List.of(lease(AGENT, "a")), false);
        Lease time = lease(TIME, "a").named(null);
        store.write(TIME, List.of(time), true);
        List<Lease> read = new LeaseStore(folder).read();
        assertEquals(5, read.size());
        assertEquals(
                Set.copyOf(block),
                Set.copyOf(read.stream()
                        .filter(each -> each.holder().equals(BLOCK))
                        .toList()));
        assertEquals(
                1, read.stream().filter(each -> each.holder().equals(AGENT)).count());
        assertEquals(1, read.stream().filter(each -> each.holder().equals(TIME)).count());
    }

    @Test
    void oneFileForAHolder() throws IOException {
        store.write(BLOCK, List.of(lease(BLOCK, "a"), lease(BLOCK, "b")), true);
        store.write(BLOCK, List.of(lease(BLOCK, "b")), false);
        assertEquals(1, files().size());
        assertEquals("b", new LeaseStore(folder).read().get(0).tag().value());
        store.delete(BLOCK.id());
        store.delete(BLOCK.id());
        assertEquals(List.of(), files());
    }

    @Test
    void whatAKilledControllerHasHalfWrittenIsDeleted() throws IOException {
        store.write(BLOCK, List.of(lease(BLOCK, "a")), true);
        Path half = folder.resolve(files().get(0) + ".new");
        Files.writeString(half, "{\"format\"");
        assertEquals(1, new LeaseStore(folder).read().size());
        assertEquals(1, files().size());
    }

    static Stream<Named<UnaryOperator<String>>> damages() {
        return Stream.of(
                Named.of("empty", text -> ""),
                Named.of("torn", text -> text.substring(0, text.length() / 2)),
                Named.of("another format", text -> text.replace("\"format\":1", "\"format\":2")),
                Named.of("not ours", text -> "[]"),
                Named.of("null", text -> "null"),
                Named.of("no holder", text -> text.replace("\"holder\":\"block-1\",", "")),
                Named.of("no build", text -> text.replace("\"build\":\"team/job#3\",", "")),
                Named.of("unknown kind", text -> text.replace("\"kind\":\"block\"", "\"kind\":\"cloud\"")),
                Named.of("unknown field", text -> text.replace("\"format\":1", "\"format\":1,\"more\":1")),
                Named.of("copy", text -> text.replace("block-1", "block-2")));
    }

    @ParameterizedTest
    @MethodSource("damages")
    void damagedFileIsSetAsideAndStopsNothingElse(UnaryOperator<String> damage) throws IOException {
        store.write(BLOCK, List.of(lease(BLOCK, "a")), true);
        Path file = folder.resolve(files().get(0));
        Files.writeString(file, damage.apply(Files.readString(file)));
        store.write(TIME, List.of(lease(TIME, "b")), true);

        LeaseStore again = new LeaseStore(folder);
        assertEquals("b", again.read().get(0).tag().value());
        assertEquals(List.of(file + ".unreadable"), again.setAside());
        assertEquals(List.of(file + ".unreadable"), setAsideAfterRestart());
        Files.delete(Path.of(file + ".unreadable"));
        assertEquals(List.of(), again.setAside());
    }

    private List<String> setAsideAfterRestart() {
        LeaseStore again = new LeaseStore(folder);
        again.read();
        return again.setAside();
    }

    static Stream<Named<UnaryOperator<String>>> damagedLeases() {
        return Stream.of(
                Named.of("no machine", text -> text.replace("\"machine\":\"" + MACHINE + "\",", "")),
                Named.of("machine is a path", text -> text.replace(MACHINE.value(), "../machines")),
                Named.of("no tag", text -> text.replace("\"tag\":\"a\",", "")),
                Named.of("line break in the tag", text -> text.replace("\"tag\":\"a\"", "\"tag\":\"a\\n\"")),
                Named.of("no credential", text -> text.replaceAll("\"credential\":\\{[^}]*},", "")),
                Named.of("no place", text -> text.replace("\"place\":\"folder team\",", "")),
                Named.of("no time", text -> text.replace(NOW.toString(), "yesterday")),
                Named.of("text for a number", text -> text.replace("\"added\":true", "\"added\":\"perhaps\"")));
    }

    @ParameterizedTest
    @MethodSource("damagedLeases")
    void damagedLeaseLeavesTheOthersOfItsFile(UnaryOperator<String> damage) throws IOException {
        store.write(BLOCK, List.of(lease(BLOCK, "b"), lease(BLOCK, "a")), true);
        Path file = folder.resolve(files().get(0));
        String whole = Files.readString(file);
        int second = whole.lastIndexOf("},{\"id\"") + 2;
        String damaged = whole.substring(0, second) + damage.apply(whole.substring(second));
        assertEquals(false, damaged.equals(whole), "the test changes something");
        Files.writeString(file, damaged);

        LeaseStore again = new LeaseStore(folder);
        assertEquals(
                List.of("b"),
                again.read().stream().map(lease -> lease.tag().value()).toList());
        assertEquals(List.of(file + ".unreadable"), again.setAside());
        assertEquals(damaged, Files.readString(Path.of(file + ".unreadable")));
    }

    @Test
    void failureToWriteIsReported() throws IOException {
        Files.writeString(folder, "a file where the folder should be");
        assertThrows(IOException.class, () -> store.write(BLOCK, List.of(lease(BLOCK, "a")), true));
        assertEquals(List.of(), new LeaseStore(home.resolve("missing")).read());
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
