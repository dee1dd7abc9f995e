package io.jenkins.plugins.defendertags.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules that hold for every page of the plugin, read from its sources. */
class FormsTest {

    private static final Path RESOURCES = Path.of("src/main/resources");
    private static final Pattern FIELD =
            Pattern.compile("<f:(?:entry|dropdownDescriptorSelector) [^>]*field=\"(\\w+)\"");

    @Test
    void everyFieldHasHelp() throws IOException {
        Set<String> missing = new TreeSet<>();
        int fields = 0;
        for (Path page : pages()) {
            Matcher field = FIELD.matcher(Files.readString(page));
            while (field.find()) {
                fields++;
                Path help = page.resolveSibling("help-" + field.group(1));
                if (!Files.exists(Path.of(help + ".html")) && !Files.exists(Path.of(help + ".jelly"))) {
                    missing.add(help.toString());
                }
            }
        }
        assertTrue(fields >= 28, "the fields were found: " + fields);
        assertEquals(Set.of(), missing);
    }

    @Test
    void everyPageEscapesAndRunsNoInlineScript() throws IOException {
        for (Path page : pages()) {
            String text = Files.readString(page);
            assertTrue(text.startsWith("<?jelly escape-by-default='true'?>"), page.toString());
            assertTrue(
                    !text.matches("(?s).*(<script|<style|\\sstyle=|\\son[a-z]+=|escapeText=.false).*"),
                    page.toString());
        }
    }

    /** Jelly takes what is in parentheses for arguments of the text, and does not show it. After a key, properties are meant so. */
    @Test
    void noLabelHasParentheses() throws IOException {
        for (Path page : pages()) {
            assertFalse(
                    Pattern.compile("\\$\\{%(?!\\w+\\(\\w+\\.)[^}]*\\(")
                            .matcher(Files.readString(page))
                            .find(),
                    page.toString());
        }
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(RESOURCES)) {
            return files.filter(file -> file.toString().endsWith(".jelly")).toList();
        }
    }
}
