package io.jenkins.plugins.defendertags.client.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentationUrlTest {

    @ParameterizedTest
    @CsvSource({
        "12.v3ab4cd5e, 12.v3ab4cd5e",
        "1.0.2, 1.0.2",
        "999999-SNAPSHOT, main",
        "1.0-rc1, main",
        "'', main",
        "../evil, main"
    })
    void onlyAReleaseHasATag(String version, String revision) {
        assertEquals(revision, Documentation.revision(version));
    }

    @Test
    void anUnreleasedVersionHasTheNewestDocumentation() {
        String url = Documentation.url("getting-started.md");
        assertTrue(url.endsWith("/blob/main/docs/getting-started.md"), url);
    }
}
