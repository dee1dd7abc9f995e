package io.jenkins.plugins.defendertags.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DocumentationLinksTest {

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        Map<Path, Page> pages = new HashMap<>();
        for (Page page : Page.all()) {
            pages.put(page.file().normalize(), page);
        }
        Set<String> broken = new TreeSet<>();
        int links = 0;
        for (Page page : pages.values()) {
            for (String link : page.links()) {
                links++;
                if (!leadsSomewhere(page, link, pages)) {
                    broken.add(page.file() + " -> " + link);
                }
            }
        }
        assertTrue(links >= 60, "the links were found: " + links);
        assertEquals(Set.of(), broken);
    }

    private static boolean leadsSomewhere(Page page, String link, Map<Path, Page> pages) throws IOException {
        if (link.contains(":")) {
            return link.startsWith("https://");
        }
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty()
                ? page.file().normalize()
                : page.file().resolveSibling(parts[0]).normalize();
        if (!isThere(target)) {
            return false;
        }
        return parts.length == 1
                || pages.containsKey(target) && pages.get(target).anchors().contains(parts[1]);
    }

    /** With regard to case, which not every file system has. */
    private static boolean isThere(Path file) throws IOException {
        return Files.exists(file) && file.toRealPath().endsWith(file);
    }

    @Test
    void everyPageIsLinkedTo() throws IOException {
        List<Page> pages = Page.all();
        Set<Path> linked = new TreeSet<>();
        for (Page page : pages) {
            for (String link : page.links()) {
                linked.add(page.file().resolveSibling(link.split("#", 2)[0]).normalize());
            }
        }
        Set<Path> lonely = new TreeSet<>(
                pages.stream().map(page -> page.file().normalize()).toList());
        lonely.removeAll(linked);
        assertEquals(Set.of(Path.of("README.md")), lonely);
    }
}
