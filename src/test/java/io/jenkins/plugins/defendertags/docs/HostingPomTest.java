package io.jenkins.plugins.defendertags.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;

/** What the hosting checks of the Jenkins project require of a plugin's pom.xml: see docs/adr/0015-hosting-checks.md. */
class HostingPomTest {

    /** Libraries that have an API plugin. */
    private static final Set<String> BANNED = Set.of(
            "com.fasterxml.jackson.core:jackson-core",
            "com.fasterxml.jackson.core:jackson-databind",
            "com.github.ben-manes.caffeine:caffeine",
            "com.github.mwiede:jsch",
            "com.google.code.gson:gson",
            "com.jayway.jsonpath:json-path",
            "com.squareup.okhttp3:okhttp",
            "com.sun.activation:javax.activation",
            "com.sun.mail:javax.mail",
            "com.sun.xml.bind:jaxb-impl",
            "jakarta.activation:jakarta.activation-api",
            "jakarta.mail:jakarta.mail-api",
            "joda-time:joda-time",
            "net.bytebuddy:byte-buddy",
            "org.apache.commons:commons-compress",
            "org.apache.commons:commons-lang",
            "org.apache.commons:commons-lang3",
            "org.apache.commons:commons-math3",
            "org.apache.commons:commons-text",
            "org.apache.httpcomponents.client5:httpclient5",
            "org.apache.httpcomponents:httpclient",
            "org.bouncycastle:bcpkix-jdk18on",
            "org.bouncycastle:bcprov-jdk18on",
            "org.bouncycastle:bcutil-jdk18on",
            "org.json:json",
            "org.jsoup:jsoup",
            "org.ow2.asm:asm",
            "org.yaml:snakeyaml");

    private final Pom pom = new Pom();

    HostingPomTest() throws Exception {}

    @Test
    void coordinates() {
        String artifactId = pom.text("artifactId");
        assertEquals("io.jenkins.plugins", pom.text("groupId"));
        assertTrue(artifactId.matches("[a-z0-9-]{1,36}"), artifactId);
        assertFalse(artifactId.contains("jenkins") || artifactId.contains("plugin"), artifactId);
        assertFalse(pom.text("name").matches("(?i).*(jenkins|microsoft).*"), pom.text("name"));
        assertEquals("https://github.com/jenkinsci/" + artifactId + "-plugin", pom.value("url"));
        assertEquals("${changelist}", pom.text("version"));
    }

    @Test
    void licenseAndNoDevelopers() {
        assertEquals("MIT License", pom.text("licenses", "license", "name"));
        assertFalse(pom.has("developers"), "the update site takes them from the hosting repository");
    }

    @Test
    void sourceCodeManagement() {
        String repository = "https://github.com/jenkinsci/" + pom.text("artifactId") + "-plugin";
        assertEquals("scm:git:" + repository, pom.value("scm", "connection"));
        assertEquals("scm:git:" + repository, pom.value("scm", "developerConnection"));
        assertEquals(repository, pom.value("scm", "url"));
        assertEquals("${scmTag}", pom.text("scm", "tag"));
    }

    /** The lowest versions that the checks accepted in August 2026. */
    @Test
    void parentAndBaseline() {
        assertEquals("org.jenkins-ci.plugins", pom.text("parent", "groupId"));
        assertTrue(compare(pom.text("parent", "version"), "6.2211") >= 0, pom.text("parent", "version"));
        assertTrue(compare(pom.value("properties", "jenkins.version"), "2.541.3") >= 0);
    }

    private static int compare(String version, String lowest) {
        List<Integer> wanted = numbers(lowest);
        List<Integer> actual = numbers(version);
        for (int i = 0; i < wanted.size(); i++) {
            int difference = Integer.compare(actual.get(i), wanted.get(i));
            if (difference != 0) {
                return difference;
            }
        }
        return 0;
    }

    private static List<Integer> numbers(String version) {
        return Stream.of(version.split("\\."))
                .filter(part -> part.matches("\\d+"))
                .map(Integer::valueOf)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "changelist, 999999-SNAPSHOT",
        "hpi.strictBundledArtifacts, true",
        "ban-commons-lang-2.skip, false",
        "ban-deprecated-stapler.skip, false",
        "ban-junit4-imports.skip, false",
        "banObsoleteDependencyOverrides.skip, false",
        "jenkins.version, ${jenkins.baseline}.3"
    })
    void property(String name, String value) {
        assertEquals(value, pom.text("properties", name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"java.level", "maven.compiler.source", "maven.compiler.target", "maven.compiler.release"})
    void propertyOfTheParentIsNotRepeated(String name) {
        assertFalse(pom.has("properties", name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"repositories", "pluginRepositories"})
    void repositoriesAreReadOverHttps(String name) {
        List<Element> repositories = pom.all(name);
        assertFalse(repositories.isEmpty());
        repositories.forEach(repository ->
                assertTrue(Pom.text(repository, "url").startsWith("https://"), repository::getTextContent));
    }

    @Test
    void noLibraryThatHasAnApiPlugin() {
        for (Element dependency : pom.all("dependencies")) {
            String name = Pom.text(dependency, "groupId") + ":" + Pom.text(dependency, "artifactId");
            assertFalse(BANNED.contains(name) && Pom.text(dependency, "scope").isEmpty(), name);
        }
    }

    @Test
    void bomOfTheBaselineManagesTheVersionsOfPlugins() {
        List<Element> managed = pom.all("dependencyManagement", "dependencies");
        assertEquals(1, managed.size());
        assertEquals("bom-${jenkins.baseline}.x", Pom.text(managed.get(0), "artifactId"));
        List<String> withVersion = pom.all("dependencies").stream()
                .filter(dependency -> Pom.text(dependency, "groupId").matches("(io|org)\\.jenkins.*")
                        && !Pom.text(dependency, "version").isEmpty())
                .map(Element::getTextContent)
                .toList();
        assertEquals(List.of(), withVersion);
    }
}
