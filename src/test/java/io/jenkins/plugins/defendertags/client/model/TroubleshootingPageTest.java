package io.jenkins.plugins.defendertags.client.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.auth.EntraErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every link from an error to the troubleshooting page leads to an explanation. */
class TroubleshootingPageTest {

    private static final Path PAGE = Path.of("docs/troubleshooting.md");
    private static final Pattern ANCHOR = Pattern.compile("(?m)^<a id=\"([^\"]+)\"></a>$");
    private static final Pattern CODE = Pattern.compile("`([A-Za-z0-9]+)`");

    /**
     * A section with the errors that it explains.
     *
     * @param anchors of the lines before its heading
     */
    private record Section(List<String> anchors, String heading, String text) {

        List<String> codes() {
            String line = text.lines()
                    .filter(candidate -> candidate.startsWith("**Codes:** "))
                    .findFirst()
                    .orElse("");
            return CODE.matcher(line).results().map(code -> code.group(1)).toList();
        }
    }

    @Test
    void everyErrorCodeHasExactlyOneSection() throws IOException {
        List<String> explained =
                sections().stream().flatMap(section -> section.codes().stream()).toList();
        assertEquals(explained.size(), Set.copyOf(explained).size(), "once each");
        assertEquals(
                Stream.of(ErrorCode.values()).map(ErrorCode::code).collect(Collectors.toCollection(TreeSet::new)),
                new TreeSet<>(explained));
    }

    @Test
    void everySectionSaysWhatIsSeenAndWhyAndWhatToDo() throws IOException {
        for (Section section : sections()) {
            assertTrue(section.text().contains("\n**You see:** "), section.heading());
            assertTrue(section.text().contains("\n**Why:** "), section.heading());
            assertTrue(section.text().contains("\n**What to do:**\n\n1. "), section.heading());
        }
    }

    @Test
    void anchorsOfASectionAreItsCodes() throws IOException {
        for (Section section : sections()) {
            assertEquals(
                    section.codes().stream()
                            .map(code -> code.toLowerCase(Locale.ROOT))
                            .toList(),
                    section.anchors(),
                    section.heading());
        }
    }

    @Test
    void everyCodeOfEntraWithARemedyIsAnErrorCode() {
        assertEquals(
                EntraErrors.codes(),
                Stream.of(ErrorCode.values())
                        .map(ErrorCode::code)
                        .filter(code -> code.startsWith("AADSTS"))
                        .collect(Collectors.toSet()));
    }

    /** Those of the third level. */
    private static List<Section> sections() throws IOException {
        List<Section> sections = new ArrayList<>();
        List<String> anchors = List.of();
        for (String part : Files.readString(PAGE).split("(?m)^(?=##+ )")) {
            List<String> next = ANCHOR.matcher(part)
                    .results()
                    .map(anchor -> anchor.group(1))
                    .toList();
            if (part.startsWith("### ")) {
                sections.add(new Section(anchors, part.lines().findFirst().orElseThrow(), part));
            }
            anchors = next;
        }
        assertTrue(sections.size() > 20, "the sections were found");
        return sections;
    }
}
