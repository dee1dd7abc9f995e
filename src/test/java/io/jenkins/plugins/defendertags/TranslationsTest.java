package io.jenkins.plugins.defendertags;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TranslationsTest {

    private static final Path RESOURCES = Path.of("src/main/resources");

    @TempDir
    Path folder;

    @Test
    void everythingThatPeopleSeeIsInGermanAsWell() throws IOException {
        try (Stream<Path> files = Files.walk(RESOURCES)) {
            long german = files.filter(file -> file.toString().contains("_de."))
                    .filter(Files::isRegularFile)
                    .count();
            assertTrue(german >= 60, "the files were found: " + german);
        }
        assertEquals(Set.of(), Translations.problems(RESOURCES));
    }

    @Test
    void whatIsMissingIsFound() throws IOException {
        write("Messages.properties", "Both=Sign in\nNew=Not yet\nCount={0} machines\nQuoted=It's {0}\n");
        write("Messages_de.properties", "Both=Anmelden\nCount=Ger\u00e4te\nGone=Weg\nQuoted=Es ist {0}\n");
        write("view.jelly", "<p>${%Known} ${%Other text} ${%raw} ${%done} ${%counted(it.count)}</p>");
        write("view.properties", "done=Done\ncounted={0} were counted here\nunused=Never\n");
        write("view_de.properties", "Known=Bekannt\nraw=roh\ndone=Fertig\ncounted={0} were counted here\n");
        write("help-field.html", "<div>Help</div>");
        write("help-old_de.html", "<div>Hilfe</div>");

        Set<String> expected = new TreeSet<>(Set.of(
                "Messages.properties: no German for New",
                "Messages.properties: German for what is no more: Gone",
                "Messages.properties: other placeholders in German: Count",
                "Messages.properties: an apostrophe must be doubled: Quoted",
                "Messages_de.properties: has characters that must be escaped, such as \\u00fc",
                "view.jelly: no German for Other text",
                "view.jelly: no English for raw",
                "view.jelly: does not use unused",
                "view.properties: no German for unused",
                "view.properties: the same in German: {0} were counted here",
                "help-field.html: there is no help-field_de.html",
                "help-old_de.html: there is no help-old.html"));
        assertEquals(String.join("\n", expected), String.join("\n", Translations.problems(folder)));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }
}
