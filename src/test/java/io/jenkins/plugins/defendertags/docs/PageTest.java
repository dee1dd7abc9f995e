package io.jenkins.plugins.defendertags.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageTest {

    @TempDir
    Path folder;

    @Test
    void examplesHaveLanguageNoteAndPlace() throws IOException {
        Page page = page("""
                1. In a list:

                   <!-- not run: asks for a password -->
                   ```sh
                   first
                     second
                   ```

                ```
                [defender] `[no](link.md)`
                ```
                """);
        Example first = page.examples().get(0);
        assertEquals("sh", first.language());
        assertEquals("first\n  second\n", first.text());
        assertEquals("asks for a password", first.reasonNotToRun());
        assertTrue(first.place().endsWith("page.md:4"), first.place());
        Example second = page.examples().get(1);
        assertEquals("text", second.language());
        assertNull(second.reasonNotToRun());
        assertEquals(List.of(), page.links());
        assertEquals(List.of(), page.code());
    }

    @Test
    void notesAreUnderstoodOrNot() {
        assertTrue(new Example("page.md:1", "sh", "", "").hasNoteAmong(Set.of()));
        assertTrue(new Example("page.md:1", "sh", "", "result: FAILURE").hasNoteAmong(Set.of("result: ")));
        assertFalse(new Example("page.md:1", "sh", "", "something else").hasNoteAmong(Set.of("result: ")));
        assertFalse(new Example("page.md:1", "sh", "", "not run: ").hasNoteAmong(Set.of()), "without a reason");
    }

    @Test
    void linksAndAnchorsAreThoseOfGitHub() throws IOException {
        Page page = page("""
                # What is *left*, and `why`: [one](other.md)
                ## Twice
                ### Twice
                See [a
                link](other.md#there), ![a picture](images/x.png), and `[no link](x.md)` in `code`.
                """);
        assertEquals(Set.of("what-is-left-and-why-one", "twice", "twice-1"), page.anchors());
        assertEquals(List.of("other.md", "other.md#there", "images/x.png"), page.links());
        assertTrue(page.code().contains("code"));
    }

    private Page page(String text) throws IOException {
        return Page.of(Files.writeString(folder.resolve("page.md"), text));
    }
}
