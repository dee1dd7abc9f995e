package io.jenkins.plugins.defendertags.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.DefenderException.Kind;
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
        Set<String> headings = Stream.of(Topic.values()).map(Topic::heading).collect(Collectors.toSet());
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
            assertEquals(code, Topic.of(code, Topic.SIGN_IN_REFUSED).heading());
        }
        assertEquals(
                EntraErrors.codes(),
                Stream.of(Topic.values())
                        .map(Topic::heading)
                        .filter(heading -> heading.startsWith("AADSTS"))
                        .collect(Collectors.toSet()));
    }

    @Test
    void codesWithoutASectionAreExplainedByTheirKind() {
        assertEquals(Topic.TOO_MANY_REQUESTS, topic(Kind.THROTTLED, "429"));
        assertEquals(Topic.SIGN_IN_REFUSED, topic(Kind.SIGN_IN, "AADSTS123456789"));
        assertEquals(Topic.UNAVAILABLE, topic(Kind.UNAVAILABLE, null));
        assertEquals(Topic.INVALID_REQUEST_BODY, topic(Kind.REFUSED, "InvalidRequestBody"));
        for (Kind kind : Kind.values()) {
            assertTrue(topic(kind, null) != null, kind.name());
        }
    }

    /** As GitHub makes them: the heading in lower case. */
    @Test
    void linksLeadToTheHeadings() {
        for (Topic topic : Topic.values()) {
            URI url = URI.create(topic.url());
            assertTrue(url.getPath().endsWith("/" + PAGE), url.toString());
            assertTrue(topic.heading().matches("[A-Za-z0-9]+"), topic.heading());
            assertTrue(topic.heading().equalsIgnoreCase(url.getFragment()), url.toString());
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

    private static Topic topic(Kind kind, String code) {
        return new DefenderException(kind, "It failed.", "Mend it.", code, null, null).topic();
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
