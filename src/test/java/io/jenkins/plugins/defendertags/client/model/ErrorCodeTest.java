package io.jenkins.plugins.defendertags.client.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorCodeTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "THROTTLED, 429, TOO_MANY_REQUESTS",
                "SIGN_IN, AADSTS123456789, SIGN_IN_REFUSED",
                "SIGN_IN, AADSTS7000215, AADSTS7000215",
                "UNAVAILABLE, -, UNAVAILABLE",
                "REFUSED, InvalidRequestBody, INVALID_REQUEST_BODY",
                "REFUSED, invalidrequestbody, INVALID_REQUEST_BODY",
                "REFUSED, Whatever, BAD_REQUEST"
            })
    void errorsWithoutASectionOfTheirOwnAreExplainedByTheirKind(
            DefenderException.Kind kind, String code, ErrorCode expected) {
        assertEquals(expected, explain(kind, code));
    }

    @ParameterizedTest
    @EnumSource
    void everyKindIsExplained(DefenderException.Kind kind) {
        assertNotNull(explain(kind, null));
    }

    private static ErrorCode explain(DefenderException.Kind kind, String code) {
        return DefenderException.of(kind)
                .message("It failed.")
                .remedy("Fix it.")
                .code(code)
                .build()
                .errorCode();
    }

    @Test
    void withoutAVersionTheLatestPageIsLinked() {
        assertEquals(
                "https://github.com/jenkinsci/defender-tags-plugin/blob/main/docs/troubleshooting.md#toomanyrequests",
                ErrorCode.TOO_MANY_REQUESTS.url());
    }

    @ParameterizedTest
    @CsvSource({
        "1491.v6d6145e96e1c, 1491.v6d6145e96e1c",
        "12.va_b_695ef4fdf9, 12.va_b_695ef4fdf9",
        "1.2.3, 1.2.3",
        "999999-SNAPSHOT, main",
        "999999-SNAPSHOT (private-6d6145e9-builder), main",
        "1.0-rc7.abcdef, main"
    })
    void installedVersionLinksToItsOwnPage(String version, String revision) throws Exception {
        try (URLClassLoader plugin =
                new URLClassLoader(new URL[] {jar(version).toUri().toURL()}, null)) {
            Class<?> installed = plugin.loadClass(ErrorCode.class.getName());
            Object errorCode = installed.getEnumConstants()[0];
            assertEquals(
                    "https://github.com/jenkinsci/defender-tags-plugin/blob/" + revision
                            + "/docs/troubleshooting.md#aadsts28002",
                    installed.getMethod("url").invoke(errorCode));
        }
    }

    /** As maven-hpi-plugin makes it. */
    private Path jar(String version) throws Exception {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, version);
        Path file = folder.resolve("plugin.jar");
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            for (Class<?> type : List.of(ErrorCode.class, Documentation.class)) {
                String entry = type.getName().replace('.', '/') + ".class";
                try (InputStream in = type.getResourceAsStream("/" + entry)) {
                    jar.putNextEntry(new ZipEntry(entry));
                    in.transferTo(jar);
                }
            }
        }
        return file;
    }
}
