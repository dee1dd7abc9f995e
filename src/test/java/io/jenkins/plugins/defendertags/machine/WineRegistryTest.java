package io.jenkins.plugins.defendertags.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.defendertags.simulator.SimulatedMdatp;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads a registry with a {@code reg.exe}, both of Wine, by the very command that is run on a Windows agent. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "writes into the registry, which is Wine's own elsewhere")
class WineRegistryTest {

    private static final String ID = "1e5bc9d7e413ddd7902c2932e418702b84d0cc07";
    private static final String OTHER_ID = "f".repeat(40);
    private static final String KEY = "HKLM\\SOFTWARE\\Microsoft\\Windows Advanced Threat Protection";

    @TempDir
    static Path prefix;

    @BeforeAll
    static void createRegistry() throws IOException {
        boolean wine = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "wine")));
        assumeTrue(wine, "There is no Wine: Debian's package wine brings it.");
        ProgramRun created = ProgramRun.of(wine("C", "reg", "query", "HKLM\\SOFTWARE"), 300);
        assumeTrue(created.succeeded(), () -> "Wine does not work here: " + created);
    }

    @AfterAll
    static void endWine() throws IOException {
        if (Files.exists(prefix.resolve("system.reg"))) {
            ProgramRun.of(wine("C", "wineboot", "--end-session", "--shutdown"), 60);
        }
    }

    @BeforeEach
    void deleteKey() throws IOException {
        reg("delete", KEY, "/f", "/reg:64");
        reg("delete", KEY, "/f", "/reg:32");
    }

    @Test
    void readsTheId() throws Exception {
        assertTrue(reg("add", KEY, "/v", "senseId", "/t", "REG_SZ", "/d", ID, "/f", "/reg:64")
                .succeeded());
        assertEquals(ID, SensorOutputParser.parse("agent", read("C")).value());
    }

    @Test
    void readsThe64BitView() throws Exception {
        assertTrue(reg("add", KEY, "/v", "senseId", "/t", "REG_SZ", "/d", OTHER_ID, "/f", "/reg:32")
                .succeeded());
        assertEquals("reg missing", read("C"));
        assertTrue(reg("add", KEY, "/v", "senseId", "/t", "REG_SZ", "/d", ID, "/f", "/reg:64")
                .succeeded());
        assertEquals(ID, SensorOutputParser.parse("agent", read("C")).value());
    }

    /** Wine speaks these languages, in the code pages of their Windows. */
    @ParameterizedTest
    @ValueSource(strings = {"C", "de_DE.UTF-8", "fr_FR.UTF-8", "ja_JP.UTF-8"})
    void missingKeyAndValueInAnyLanguage(String locale) throws Exception {
        assertEquals("reg missing", read(locale));
        assertTrue(reg("add", KEY, "/v", "senseGuid", "/t", "REG_SZ", "/d", ID, "/f", "/reg:64")
                .succeeded());
        assertEquals("reg unset", read(locale));
        assertTrue(reg("add", KEY, "/v", "senseId", "/t", "REG_SZ", "/d", "größer", "/f", "/reg:64")
                .succeeded());
        assertTrue(read(locale).startsWith("reg 0\n"), locale);
    }

    /** Wine denies nobody a key, so this program does, and has Wine's answer for everything else. */
    @Test
    void deniedKey() throws Exception {
        assertTrue(reg("add", KEY, "/v", "senseId", "/t", "REG_SZ", "/d", ID, "/f", "/reg:64")
                .succeeded());
        Path denying = Files.writeString(
                prefix.resolve("reg-that-denies"),
                "case \"$2\" in *Protection) echo 'FEHLER: Zugriff verweigert'; exit 1 ;; esac\nexec "
                        + String.join(" ", wine("C", "reg")) + " \"$@\"\n");
        assertEquals("reg denied", SensorProbe.readRegistry(List.of("sh", denying.toString())));
    }

    /** The stand-in of tests on Windows, run by Wine's command interpreter. */
    @Test
    void standInAnswersAsRegDoes() throws Exception {
        String path = "Z:" + SimulatedMdatp.installReg(prefix, ID).toString().replace('/', '\\');
        assertEquals(
                ID,
                SensorOutputParser.parse("agent", SensorProbe.readRegistry(wine("C", "cmd", "/c", path)))
                        .value());
    }

    private static String read(String locale) throws IOException {
        return SensorProbe.readRegistry(wine(locale, "reg"));
    }

    private static ProgramRun reg(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(wine("C", "reg"));
        command.addAll(List.of(arguments));
        return ProgramRun.of(command, 60);
    }

    private static List<String> wine(String locale, String... command) {
        List<String> all = new ArrayList<>(List.of(
                "env",
                "WINEPREFIX=" + prefix,
                "WINEDEBUG=-all",
                "DISPLAY=",
                "LC_ALL=" + locale,
                "LANG=" + locale,
                "wine"));
        all.addAll(List.of(command));
        return all;
    }
}
