package io.jenkins.plugins.defendertags.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretSearchTest {

    @Test
    void findsASecretAmongBytes(@TempDir Path folder) throws Exception {
        Files.write(folder.resolve("binary"), new byte[] {0, -1, 's', '3', 'c', 'r', 'e', 't', -2});
        Files.writeString(Files.createDirectories(folder.resolve("a/b")).resolve("text"), "nothing, s3cre");
        assertEquals(1, SecretSearch.hits(List.of("other", "s3cret"), List.of(folder, folder.resolve("missing"))));
    }
}
