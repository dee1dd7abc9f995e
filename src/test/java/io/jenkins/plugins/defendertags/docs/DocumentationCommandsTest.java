package io.jenkins.plugins.defendertags.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DocumentationCommandsTest {

    private static final Pattern USAGE = Pattern.compile("#   \\./dev (\\w+)(.*)");
    private static final Pattern COMMAND = Pattern.compile("\\./dev (\\w+)([^#;]*).*");

    /** What {@code ./dev help} prints is the comment that {@code dev} begins with. */
    @Test
    void everyCommandAndOptionExists() throws IOException {
        Map<String, String> usage = new HashMap<>();
        for (String line : Files.readAllLines(Path.of("dev"))) {
            Matcher command = USAGE.matcher(line);
            if (command.matches()) {
                usage.put(command.group(1), command.group(2));
            }
        }
        Set<String> unknown = new TreeSet<>();
        int commands = 0;
        for (Page page : Page.all()) {
            Stream<String> blocks = page.examples().stream()
                    .filter(example -> example.language().equals("sh"))
                    .flatMap(example -> example.lines().stream());
            for (String line : Stream.concat(blocks, page.code().stream()).toList()) {
                Matcher command = COMMAND.matcher(line);
                if (command.matches()) {
                    commands++;
                    String options = usage.get(command.group(1));
                    if (options == null || !options.contains("…") && !namesAll(options, command.group(2))) {
                        unknown.add(page.file() + ": " + line);
                    }
                }
            }
        }
        assertTrue(commands >= 12, "the commands were found: " + commands);
        assertEquals(Set.of(), unknown);
    }

    private static boolean namesAll(String usage, String arguments) {
        return Stream.of(arguments.strip().split("[\\s\\[\\]]+"))
                .filter(argument -> argument.startsWith("--"))
                .allMatch(usage::contains);
    }
}
