package io.jenkins.plugins.defendertags;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds what a folder of resources lacks in German. */
final class Translations {

    private static final Pattern USED = Pattern.compile("\\$\\{%([^}(]+)");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\d+(,\\w+)?");
    private static final String GERMAN = "_de";

    private final Path folder;
    private final Set<String> problems = new TreeSet<>();

    private Translations(Path folder) {
        this.folder = folder;
    }

    /** One line for each. */
    static Set<String> problems(Path folder) throws IOException {
        Translations found = new Translations(folder);
        for (Path bundle : found.files(".properties")) {
            found.checkBundle(bundle);
        }
        for (Path view : found.files(".jelly")) {
            found.checkView(view);
        }
        for (Path help : found.files(".html")) {
            found.checkHelp(help);
        }
        return found.problems;
    }

    private List<Path> files(String ending) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    private void problem(Path file, String what) {
        problems.add(folder.relativize(file) + ": " + what);
    }

    private static boolean isGerman(Path file) {
        return file.getFileName().toString().contains(GERMAN + ".");
    }

    /** The same file in German or English, with another ending if wanted. */
    private static Path sibling(Path file, boolean german, String ending) {
        String name = file.getFileName().toString();
        String base = name.substring(0, name.lastIndexOf('.')).replaceFirst(GERMAN + "$", "");
        return file.resolveSibling(base + (german ? GERMAN : "") + ending);
    }

    private static Properties read(Path bundle) throws IOException {
        Properties texts = new Properties();
        if (Files.exists(bundle)) {
            try (Reader reader = Files.newBufferedReader(bundle, StandardCharsets.ISO_8859_1)) {
                texts.load(reader);
            }
        }
        return texts;
    }

    /** What holds for each bundle by itself, and for the keys that an English one and its German have in common. */
    private void checkBundle(Path bundle) throws IOException {
        if (!StandardCharsets.US_ASCII.newEncoder().canEncode(Files.readString(bundle, StandardCharsets.ISO_8859_1))) {
            problem(bundle, "has characters that must be escaped, such as \\u00fc");
        }
        Properties texts = read(bundle);
        for (String key : texts.stringPropertyNames()) {
            if (texts.getProperty(key).replace("''", "").contains("'")) {
                problem(bundle, "an apostrophe must be doubled: " + key);
            }
        }
        if (isGerman(bundle)) {
            return;
        }
        Properties german = read(sibling(bundle, true, ".properties"));
        for (String key : texts.stringPropertyNames()) {
            if (!german.containsKey(key)) {
                problem(bundle, "no German for " + key);
                continue;
            }
            if (!placeholders(texts.getProperty(key)).equals(placeholders(german.getProperty(key)))) {
                problem(bundle, "other placeholders in German: " + key);
            }
            checkTranslated(bundle, texts.getProperty(key), german.getProperty(key));
        }
        if (!Files.exists(sibling(bundle, false, ".jelly"))) {
            for (String key : german.stringPropertyNames()) {
                if (!texts.containsKey(key)) {
                    problem(bundle, "German for what is no more: " + key);
                }
            }
        }
    }

    private static Set<String> placeholders(String text) {
        return PLACEHOLDER.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
    }

    /** A word or two may be the same in both languages, a sentence is not. */
    private void checkTranslated(Path bundle, String english, String german) {
        if (english.equals(german) && english.split(" ").length > 3) {
            problem(bundle, "the same in German: " + english);
        }
    }

    private void checkView(Path view) throws IOException {
        Set<String> used = USED.matcher(Files.readString(view))
                .results()
                .map(key -> key.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        Properties english = read(sibling(view, false, ".properties"));
        Properties german = read(sibling(view, true, ".properties"));
        for (String key : used) {
            if (!german.containsKey(key)) {
                problem(view, "no German for " + key);
            } else {
                checkTranslated(view, key, german.getProperty(key));
            }
            // Other keys are English texts themselves.
            if (key.matches("[a-z]\\w*") && !english.containsKey(key)) {
                problem(view, "no English for " + key);
            }
        }
        Set<String> known = new TreeSet<>(english.stringPropertyNames());
        known.addAll(german.stringPropertyNames());
        known.removeAll(used);
        known.forEach(key -> problem(view, "does not use " + key));
    }

    private void checkHelp(Path help) {
        Path other = sibling(help, !isGerman(help), ".html");
        if (!Files.exists(other)) {
            problem(help, "there is no " + other.getFileName());
        }
    }
}
