package io.jenkins.plugins.defendertags.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page of Markdown, as far as tests need to understand it: its examples, its headings, its links. */
public final class Page {

    private static final Pattern FENCE = Pattern.compile("( *)```(\\S*) *");
    private static final Pattern COMMENT = Pattern.compile(" *<!-- *(.*?) *--> *");
    private static final Pattern HEADING = Pattern.compile("#{1,6} +(.*?) *#*");
    private static final Pattern LINK = Pattern.compile("!?\\[[^\\]]*]\\(([^)\\s]+)\\)");
    private static final Pattern ANCHOR = Pattern.compile("<a (?:id|name)=\"([^\"]+)\"");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private final Path file;
    private final List<Example> examples = new ArrayList<>();
    /** The lines outside of blocks. */
    private final List<String> prose = new ArrayList<>();

    private Page(Path file) throws IOException {
        this.file = file;
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            Matcher fence = FENCE.matcher(lines.get(i));
            if (!fence.matches()) {
                prose.add(lines.get(i));
                continue;
            }
            int begin = i;
            String indentation = fence.group(1);
            StringBuilder text = new StringBuilder();
            while (!lines.get(++i).strip().equals("```")) {
                String line = lines.get(i);
                text.append(line.startsWith(indentation) ? line.substring(indentation.length()) : line)
                        .append('\n');
            }
            Matcher comment = COMMENT.matcher(begin == 0 ? "" : lines.get(begin - 1));
            examples.add(new Example(
                    file + ":" + (begin + 1),
                    fence.group(2).isEmpty() ? "text" : fence.group(2),
                    text.toString(),
                    comment.matches() ? comment.group(1) : ""));
        }
    }

    static Page of(Path file) throws IOException {
        return new Page(file);
    }

    /** All pages for people: README.md, CONTRIBUTING.md and docs/. */
    public static List<Page> all() throws IOException {
        List<Page> pages = new ArrayList<>();
        pages.add(new Page(Path.of("README.md")));
        pages.add(new Page(Path.of("CONTRIBUTING.md")));
        try (Stream<Path> files = Files.list(Path.of("docs"))) {
            for (Path file : files.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList()) {
                pages.add(new Page(file));
            }
        }
        return pages;
    }

    public Path file() {
        return file;
    }

    public List<Example> examples() {
        return List.copyOf(examples);
    }

    /** The text outside of blocks. */
    public String prose() {
        return String.join("\n", prose);
    }

    /** The parts of the text between backticks. */
    public List<String> code() {
        return CODE.matcher(prose()).results().map(match -> match.group(1)).toList();
    }

    /** Targets of links and pictures, as they are written. */
    public List<String> links() {
        String text = CODE.matcher(prose()).replaceAll("");
        return LINK.matcher(text).results().map(match -> match.group(1)).toList();
    }

    /** What links to its headings can end in, by GitHub's rules. */
    public Set<String> anchors() {
        Set<String> anchors = new HashSet<>();
        for (String line : prose) {
            Matcher heading = HEADING.matcher(line);
            if (heading.matches()) {
                String anchor = anchor(heading.group(1));
                int again = 0;
                while (!anchors.add(again == 0 ? anchor : anchor + "-" + again)) {
                    again++;
                }
            }
            ANCHOR.matcher(line).results().forEach(match -> anchors.add(match.group(1)));
        }
        return anchors;
    }

    private static String anchor(String heading) {
        return heading.replaceAll("\\[([^\\]]*)]\\([^)]*\\)", "$1")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }
}
