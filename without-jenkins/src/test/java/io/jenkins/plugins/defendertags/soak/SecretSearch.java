package io.jenkins.plugins.defendertags.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Looks for secrets in files, whatever they are. */
final class SecretSearch {

    private SecretSearch() {}

    /** Files that hold one of the secrets; folders that do not exist hold none. */
    static int hits(List<String> secrets, List<Path> folders) throws IOException {
        int hits = 0;
        for (Path folder : folders) {
            if (Files.isDirectory(folder)) {
                try (Stream<Path> files = Files.walk(folder)) {
                    for (Path file : files.filter(Files::isRegularFile).toList()) {
                        if (holds(file, secrets)) {
                            hits++;
                            System.out.println("secret: " + file);
                        }
                    }
                }
            }
        }
        return hits;
    }

    private static boolean holds(Path file, List<String> secrets) {
        try {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            return secrets.stream().anyMatch(text::contains);
        } catch (IOException x) {
            throw new UncheckedIOException(x);
        }
    }
}
