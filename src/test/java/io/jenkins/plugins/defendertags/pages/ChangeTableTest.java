package io.jenkins.plugins.defendertags.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.record.TagRecord;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeTableTest {

    private static final List<TagRecord> MANY = StoredChange.read(StoredChange.many(10_000, "release"));
    private static final List<TagRecord> DIFFERENT = StoredChange.read(
            StoredChange.add("Grün", "web-01.example.com").with("machineId", "a".repeat(40)),
            StoredChange.add("blue", "web-02.example.com").with("node", "Agent-7"),
            StoredChange.remove("red", "db-01.example.com").failed("Defender answered HTTP 403: (Missing roles)"),
            StoredChange.add("red", "unused").without("computerDnsName").failed("No agent"));

    private static final Locale LOCALE = Locale.getDefault();

    @BeforeAll
    static void speakEnglish() {
        Locale.setDefault(Locale.ENGLISH);
    }

    @AfterAll
    static void speakAsBefore() {
        Locale.setDefault(LOCALE);
    }

    @Test
    void pagesHoldEachChangeOnceInItsOrder() {
        ChangeTable first = table(MANY, null, "1");
        assertEquals(50, first.getRows().size());
        assertEquals("build-1.example.com", first.getRows().get(0).getMachine().getName());
        assertEquals("1 to 50 of 10,000 changes", first.getPosition());
        assertNull(first.getPaging().getPrevious());
        assertEquals("?page=2", first.getPaging().getNext());

        ChangeTable last = table(MANY, null, "200");
        assertEquals(
                "build-10000.example.com", last.getRows().get(49).getMachine().getName());
        assertEquals("9,951 to 10,000 of 10,000 changes", last.getPosition());
        assertNull(last.getPaging().getNext());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "x", "1.5", "99999999999999999999", "-2147483648", " 1 "})
    void whatIsNoPageIsTheFirst(String page) {
        assertEquals("1 to 50 of 10,000 changes", table(MANY, "", page).getPosition());
    }

    @Test
    void pageBehindTheLastIsTheLast() {
        assertEquals(
                "9,951 to 10,000 of 10,000 changes", table(MANY, null, "201").getPosition());
        assertEquals(
                "9,951 to 10,000 of 10,000 changes",
                table(MANY, null, "2147483647").getPosition());
        assertEquals("1 to 4 of 4 changes", table(DIFFERENT, null, "7").getPosition());
    }

    @ParameterizedTest
    @CsvSource({
        "1, [1] 2 3 … 200",
        "2, 1 [2] 3 4 … 200",
        "4, 1 2 3 [4] 5 6 … 200",
        "100, 1 … 98 99 [100] 101 102 … 200",
        "198, 1 … 196 197 [198] 199 200",
        "200, 1 … 198 199 [200]"
    })
    void pagesAroundAreLinked(String page, String expected) {
        String links = table(MANY, null, page).getPaging().getLinks().stream()
                .map(link ->
                        link.isGap() ? "…" : link.isCurrent() ? "[" + link.getNumber() + "]" : "" + link.getNumber())
                .collect(Collectors.joining(" "));
        assertEquals(expected, links);
    }

    @Test
    void onePageHasNoLinks() {
        assertEquals(List.of(), table(DIFFERENT, null, null).getPaging().getLinks());
    }

    @ParameterizedTest
    @CsvSource({
        "WEB-0, 2",
        "AAAAA, 1",
        "grün, 1",
        "GRÜN, 1",
        "red, 2",
        "missing ROLES, 1",
        "(missing, 1",
        "agent-7, 1",
        "' blue ', 1",
        "., 3",
        ".*, 0",
        "web-01.example.com web-02.example.com, 0"
    })
    void searchFindsMachineIdTagErrorAndAgentInAnyCase(String query, int expected) {
        assertEquals(expected, table(DIFFERENT, query, null).getRows().size());
    }

    @Test
    void searchAndFilterStayInTheLinks() {
        ChangeTable table = new ChangeTable(MANY, "a&b=\"<ü", true, null);
        assertEquals("No changes match.", table.getPosition());
        assertEquals(List.of(), table.getRows());
        assertNull(table.getPaging().getNext());

        table = new ChangeTable(MANY, "build-1 &", false, null);
        assertEquals(0, table.getRows().size());
        table = new ChangeTable(MANY, "build-1", false, "2");
        assertEquals("?page=3&query=build-1", table.getPaging().getNext());
        assertEquals("?page=1&query=build-1", table.getPaging().getPrevious());
        table = new ChangeTable(StoredChange.read(StoredChange.many(60, "a b&c=d")), "B&c=", false, null);
        assertEquals("?page=2&query=B%26c%3D", table.getPaging().getNext());
    }

    @Test
    void onlyWhatFailedIsShownOnRequest() {
        ChangeTable table = new ChangeTable(DIFFERENT, null, true, null);
        assertTrue(table.isFailedOnly());
        assertEquals("1 to 2 of 2 changes", table.getPosition());
        assertTrue(table.getRows().stream().allMatch(ShownChange::isFailed));
        assertEquals("1 to 1 of 1 change", new ChangeTable(DIFFERENT, "403", true, null).getPosition());
        assertFalse(table(DIFFERENT, null, null).isFailedOnly());
    }

    private static ChangeTable table(List<TagRecord> changes, String query, String page) {
        return new ChangeTable(changes, query, false, page);
    }
}
