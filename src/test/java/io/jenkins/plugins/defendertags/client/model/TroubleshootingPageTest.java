package io.jenkins.plugins.defendertags.client.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.auth.EntraErrors;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No link from an error to the troubleshooting page is dead. */
class TroubleshootingPageTest {

    private static final Path PAGE = Path.of("docs/troubleshooting.md");

    @Test
    void everyTopicHasASectionThatSaysWhyAndWhatToDo() throws IOException {
        Map<String, String> sections = sections();
        Set<String> headings =
                Stream.of(ErrorCode.values()).map(ErrorCode::code).collect(Collectors.toSet());
        assertEquals(new TreeSet<>(headings), new TreeSet<>(sections.keySet()));
        sections.forEach((heading, text) -> {
            assertTrue(text.contains("**You see"), heading);
            assertTrue(text.contains("hy:**"), heading);
            assertTrue(text.contains("**What to do:**\n\n1. "), heading);
        });
    }

    @Test
    void everyCodeOfEntraThatIsKnownIsATopic() {
        for (String code : EntraErrors.codes()) {
            assertEquals(code, ErrorCode.of(code, ErrorCode.SIGN_IN_REFUSED).code());
        }
        assertEquals(
                EntraErrors.codes(),
                Stream.of(ErrorCode.values())
                        .map(ErrorCode::code)
                        .filter(heading -> heading.startsWith("AADSTS"))
                        .collect(Collectors.toSet()));
    }

    @Test
    void codesWithoutASectionAreExplainedByTheirKind() {
        assertEquals(ErrorCode.TOO_MANY_REQUESTS, errorCode(Kind.THROTTLED, "429"));
        assertEquals(ErrorCode.SIGN_IN_REFUSED, errorCode(Kind.SIGN_IN, "AADSTS123456789"));
        assertEquals(ErrorCode.UNAVAILABLE, errorCode(Kind.UNAVAILABLE, null));
        assertEquals(ErrorCode.INVALID_REQUEST_BODY, errorCode(Kind.REFUSED, "InvalidRequestBody"));
        for (Kind kind : Kind.values()) {
            assertTrue(errorCode(kind, null) != null, kind.name());
        }
    }

    /** As GitHub makes them: the heading in lower case. */
    @Test
    void linksLeadToTheHeadings() {
        for (ErrorCode errorCode : ErrorCode.values()) {
            URI url = URI.create(errorCode.url());
            assertTrue(url.getPath().endsWith("/" + PAGE), url.toString());
            assertTrue(errorCode.code().matches("[A-Za-z0-9]+"), errorCode.code());
            assertTrue(errorCode.code().equalsIgnoreCase(url.getFragment()), url.toString());
            assertTrue(url.getFragment().matches("[a-z0-9]+"), url.toString());
        }
    }

    @Test
    void linksWithinThePageLeadToSections() throws IOException {
        String page = Files.readString(PAGE);
        Set<String> anchors = page.lines()
                .filter(line -> line.startsWith("#"))
                .map(line ->
                        line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT).replace(' ', '-'))
                .collect(Collectors.toSet());
        Set<String> dead = Pattern.compile("\\]\\(#([^)]+)\\)")
                .matcher(page)
                .results()
                .map(link -> link.group(1))
                .filter(anchor -> !anchors.contains(anchor))
                .collect(Collectors.toSet());
        assertEquals(Set.of(), dead);
    }

    private static ErrorCode errorCode(Kind kind, String code) {
        return DefenderException.of(kind)
                .message("It failed.")
                .remedy("Fix it.")
                .code(code)
                .build()
                .errorCode();
    }

    /** Of the third level: their texts by their headings. */
    private static Map<String, String> sections() throws IOException {
        Map<String, String> sections = new HashMap<>();
        for (String part : Files.readString(PAGE).split("(?m)^(?=##+ )")) {
            if (part.startsWith("### ")) {
                String heading = part.lines().findFirst().orElseThrow().substring(4);
                assertTrue(sections.put(heading, part) == null, "twice: " + heading);
            }
        }
        return sections;
    }
}
