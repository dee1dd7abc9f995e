package io.jenkins.plugins.defendertags.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BuildSummaryTest {

    private static final Locale LOCALE = Locale.getDefault();

    @BeforeEach
    void speakEnglish() {
        Locale.setDefault(Locale.ENGLISH);
    }

    @AfterEach
    void speakAsBefore() {
        Locale.setDefault(LOCALE);
    }

    @Test
    void fewChangesAreToldOneByOne() {
        BuildSummary summary = summary(List.of(
                StoredChange.add("a", "m"),
                StoredChange.remove("b", "m"),
                StoredChange.add("c", "m").with("effect", "ALREADY_SO"),
                StoredChange.add("d", "m").with("dryRun", "true").with("effect", "ALREADY_SO"),
                StoredChange.remove("e", "m").failed("HTTP 403")));
        assertTrue(summary.isFew());
        assertEquals(List.of(), summary.getLines());
        assertEquals(
                List.of(
                        "Added <a> to <m>",
                        "Removed <b> from <m>",
                        "<m> already had <c>",
                        "Would add <d> to <m>",
                        "Could not remove <e> from <m>"),
                summary.getChanges().stream()
                        .map(change -> text(
                                change.getSentence(),
                                change.getTag(),
                                change.getMachine().getName()))
                        .toList());
        assertEquals(
                List.of("Added", "Removed", "Already there", "Would add", "Not removed"),
                summary.getChanges().stream().map(ShownChange::getWhat).toList());
    }

    @Test
    void onlyWhatTheChangeBroughtIsMarkedAsAdded() {
        List<String> added = summary(List.of(
                        StoredChange.add("a", "m"),
                        StoredChange.remove("b", "m"),
                        StoredChange.add("c", "m").with("effect", "ALREADY_SO"),
                        StoredChange.add("d", "m").with("dryRun", "true"),
                        StoredChange.add("e", "m").failed("HTTP 403")))
                .getChanges()
                .stream()
                .map(ShownChange::getAdded)
                .collect(Collectors.toList());
        assertEquals(Stream.of("a", null, null, null, null).collect(Collectors.toList()), added);
    }

    @Test
    void manyChangesAreCountedForEachTag() {
        List<StoredChange> changes = StoredChange.many(1000, "release-2026");
        changes.get(3).failed("HTTP 404");
        changes.get(7).failed("HTTP 404");
        changes.get(9).with("effect", "ALREADY_SO");
        changes.add(StoredChange.remove("old", "m"));
        BuildSummary summary = summary(changes);
        assertEquals(List.of("Added <release-2026> to 997 machines", "Removed <old> from 1 machine"), lines(summary));
        SummaryLine first = summary.getLines().get(0);
        assertEquals("2 failed", first.getFailed());
        assertEquals("1 already had it", first.getKept());
        assertNull(summary.getMoreLines());
        assertEquals("All 1,001 changes", summary.getAll());
        assertEquals(
                List.of("build-4.example.com", "build-8.example.com"),
                summary.getChanges().stream()
                        .map(change -> change.getMachine().getName())
                        .toList());
        assertNull(summary.getAllFailed());
    }

    @Test
    void machineCountsOnceHoweverItIsKnown() {
        List<StoredChange> changes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            changes.add(StoredChange.add("x", "same").with("machineId", "a".repeat(40)));
            changes.add(StoredChange.add("x", "not-found").failed("unknown"));
            changes.add(StoredChange.add("x", "").without("computerDnsName").failed("no agent"));
        }
        BuildSummary summary = summary(changes);
        assertEquals(List.of("Added <x> to 1 machine"), lines(summary));
        assertEquals("4 failed", summary.getLines().get(0).getFailed());
        assertEquals(5, summary.getChanges().size());
        assertEquals("All 6 that failed", summary.getAllFailed());
    }

    @Test
    void whatHappenedNowhereIsNotToldAsANumber() {
        List<StoredChange> failed = StoredChange.many(6, "x");
        failed.forEach(change -> change.failed("HTTP 403"));
        assertEquals(List.of("Could not add <x> to 6 machines"), lines(summary(failed)));
        assertNull(summary(failed).getLines().get(0).getFailed());

        List<StoredChange> kept = StoredChange.many(6, "x");
        kept.forEach(change -> change.with("effect", "ALREADY_SO"));
        kept.get(0).failed("HTTP 403");
        assertEquals(List.of("5 machines already had <x>"), lines(summary(kept)));
        assertNull(summary(kept).getLines().get(0).getKept());
        assertEquals("1 failed", summary(kept).getLines().get(0).getFailed());
    }

    @Test
    void dryRunIsToldApart() {
        List<StoredChange> changes = StoredChange.many(6, "x");
        changes.get(0).with("dryRun", "true");
        BuildSummary summary = summary(changes);
        assertEquals(List.of("Would add <x> to 1 machine", "Added <x> to 5 machines"), lines(summary));
        assertTrue(summary.getLines().get(0).isDryRun());
    }

    @Test
    void manyTagsAreCutToo() {
        List<StoredChange> changes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            changes.add(StoredChange.add("tag-" + i, "m"));
        }
        BuildSummary summary = summary(changes);
        assertEquals(5, summary.getLines().size());
        assertEquals("and 3 more tags", summary.getMoreLines());
    }

    private static BuildSummary summary(List<StoredChange> changes) {
        return new BuildSummary(StoredChange.read(changes));
    }

    private static List<String> lines(BuildSummary summary) {
        return summary.getLines().stream()
                .map(line -> text(line.getSentence(), line.getTag(), null))
                .toList();
    }

    private static String text(List<Sentence.Piece> pieces, String tag, String machine) {
        return pieces.stream()
                .map(piece ->
                        piece.isTag() ? "<" + tag + ">" : piece.isMachine() ? "<" + machine + ">" : piece.getText())
                .collect(Collectors.joining());
    }
}
