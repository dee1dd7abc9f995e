package io.jenkins.plugins.defendertags.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts that people see avoid turns of phrase that readers stumbled over. */
class PlainEnglishTest {

    private static final Path RESOURCES = Path.of("src/main/resources");

    private static final List<String> AVOIDED_PHRASES = List.of(
            "anew",
            "befalls?|befell|befallen",
            "be it",
            "be rid of",
            "belongs? into",
            "does not do",
            "do(?:es)? as well",
            "for the time of",
            "hears? of",
            "(?:is|are) in no hurry",
            "(?:is|are) said (?:in|of|where)",
            "letter by letter",
            "made neither by",
            "mend(?:s|ed|ing)?",
            "out of order",
            "shall",
            "so many",
            "tells?|told|telling",
            "that (?:is|are) there",
            "what is said");

    private static final Pattern AVOIDED =
            Pattern.compile("\\b(?:" + String.join("|", AVOIDED_PHRASES) + ")\\b", Pattern.CASE_INSENSITIVE);

    /** Quoted messages are the code's words. */
    private static final Pattern MESSAGE = Pattern.compile("(?<!\\S)\\*(?=[A-Z…])[^*]*…[^*]*\\*");

    private static final Pattern CODE = Pattern.compile("`[^`]*`|<(?:code|pre)>.*?</(?:code|pre)>", Pattern.DOTALL);
    private static final Pattern KEY = Pattern.compile("(?m)^[\\w.]+ *=");
    private static final Pattern TAG = Pattern.compile("<[^>]*>", Pattern.DOTALL);

    @Test
    void documentationAvoidsThem() throws IOException {
        List<String> found = new ArrayList<>();
        List<Page> pages = Page.all();
        for (Page page : pages) {
            String prose = MESSAGE.matcher(page.prose()).replaceAll(" ");
            found.addAll(findIn(page.file().toString(), prose));
        }
        assertTrue(pages.size() >= 10, "the pages were found");
        assertEquals(List.of(), found);
    }

    @Test
    void userInterfaceAvoidsThem() throws IOException {
        List<String> found = new ArrayList<>();
        int files = 0;
        try (Stream<Path> all = Files.walk(RESOURCES)) {
            for (Path file : all.filter(PlainEnglishTest::isText).toList()) {
                files++;
                String text = Files.readString(file);
                String name = file.getFileName().toString();
                found.addAll(findIn(
                        file.toString(),
                        name.endsWith(".properties")
                                ? KEY.matcher(text.replaceAll("\\\\\\R\\s*", ""))
                                        .replaceAll("")
                                : TAG.matcher(CODE.matcher(text).replaceAll(" "))
                                        .replaceAll(" ")));
            }
        }
        assertTrue(files >= 50, "the texts were found: " + files);
        assertEquals(List.of(), found);
    }

    private static boolean isText(Path file) {
        return Set.of("html", "properties", "jelly").contains(file.toString().replaceFirst(".*\\.", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "the agent tells its ID, tells",
        "Look it up anew., anew",
        "'every fault, be it slow or fast', be it",
        "it belongs into a node block, belongs into",
        "tags for the time of a block, for the time of",
        "What it means is said in the reference, is said in",
        "to add a tag that is there, that is there",
    })
    void findsThem(String text, String turn) {
        assertEquals(List.of("here: " + turn), findIn("here", text));
    }

    @ParameterizedTest
    @CsvSource({"Read `tell` as code.", "the intelligent recommendation", "The tag is there already."})
    void leavesOtherTextAlone(String text) {
        assertEquals(List.of(), findIn("here", text));
    }

    private static List<String> findIn(String place, String text) {
        String words = CODE.matcher(text).replaceAll(" ").replaceAll("\\s+", " ");
        Matcher avoided = AVOIDED.matcher(words);
        return avoided.results().map(turn -> place + ": " + turn.group()).toList();
    }
}
