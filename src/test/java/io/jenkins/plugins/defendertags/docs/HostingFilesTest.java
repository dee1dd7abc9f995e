package io.jenkins.plugins.defendertags.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Attr;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Files that the hosting checks and the health score of the Jenkins project look for, and what they look for in them: see
 * docs/adr/0015-hosting-checks.md.
 */
class HostingFilesTest {

    @ParameterizedTest
    @CsvSource({
        ".github/CODEOWNERS, * @jenkinsci/defender-tags-plugin-developers",
        ".gitignore, target",
        ".gitignore, work",
        ".mvn/maven.config, -Dchangelist.format=%d.v%s",
        ".mvn/maven.config, -Pconsume-incrementals",
        ".mvn/maven.config, -Pmight-produce-incrementals"
    })
    void fileHasTheLine(String file, String line) throws IOException {
        assertTrue(Files.readAllLines(Path.of(file)).contains(line), line);
    }

    @ParameterizedTest
    @CsvSource({
        ".github/renovate.json, github>jenkinsci/renovate-config",
        ".github/workflows/cd.yaml, jenkins-infra/github-reusable-workflows/.github/workflows/maven-cd.yml@v1",
        ".github/workflows/jenkins-security-scan.yml,"
                + " jenkins-infra/jenkins-security-scan/.github/workflows/jenkins-security-scan.yaml@v2",
        ".mvn/extensions.xml, <artifactId>git-changelist-maven-extension</artifactId>",
        "LICENSE.md, MIT License",
        "CONTRIBUTING.md, ./dev test",
        "README.md, # Defender Tags"
    })
    void fileContains(String file, String text) throws IOException {
        String content = Files.readString(Path.of(file));
        assertTrue(content.contains(text), content);
    }

    /** Releases are drafted by the cd workflow itself. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                ".github/dependabot.yml",
                ".github/release-drafter.yml",
                ".github/workflows/release-drafter.yml",
                "CHANGELOG.md"
            })
    void fileIsNotThere(String file) {
        assertFalse(Files.exists(Path.of(file)));
    }

    @Test
    void jenkinsfileCallsNothingButBuildPlugin() throws IOException {
        String code = Files.readString(Path.of("Jenkinsfile"))
                .replaceAll("(?s)/\\*.*?\\*/", "")
                .replaceAll("(?m)//.*$", "");
        assertTrue(code.strip().matches("(?s)buildPlugin\\(.*\\)"), code);
        assertEquals(1, code.chars().filter(c -> c == '(').count(), code);
        List<MatchResult> configurations = Pattern.compile("platform: '(\\w+)', jdk: (\\d+)")
                .matcher(code)
                .results()
                .toList();
        assertEquals(
                Set.of("linux", "windows"),
                configurations.stream().map(one -> one.group(1)).collect(Collectors.toSet()),
                code);
        configurations.forEach(one -> assertTrue(List.of("21", "25").contains(one.group(2)), one::group));
    }

    @Test
    void descriptionIsNotTheArchetypes() throws IOException {
        String description = Files.readString(Path.of("src/main/resources/index.jelly"));
        assertFalse(description.contains("TODO"), description);
        assertTrue(description.contains("Microsoft Defender for Endpoint"), description);
    }

    @Test
    void viewsHaveNeitherScriptsNorStylesOfTheirOwn() throws Exception {
        DocumentBuilderFactory parsers = DocumentBuilderFactory.newInstance();
        parsers.setNamespaceAware(true);
        List<String> problems = new ArrayList<>();
        List<Path> views = views();
        for (Path view : views) {
            NodeList elements =
                    parsers.newDocumentBuilder().parse(view.toFile()).getElementsByTagName("*");
            for (int i = 0; i < elements.getLength(); i++) {
                Element element = (Element) elements.item(i);
                if (isProblem(element)) {
                    problems.add(view + " " + element.getNodeName());
                }
            }
            if (!Files.readAllLines(view).get(0).equals("<?jelly escape-by-default='true'?>")) {
                problems.add(view + " does not escape");
            }
        }
        assertTrue(views.size() > 20, views::toString);
        assertEquals(List.of(), problems);
    }

    private static boolean isProblem(Element element) {
        String name = element.getNodeName();
        boolean legacyCheck = element.hasAttribute("checkUrl") && !element.hasAttribute("checkDependsOn");
        return name.equals("style") || name.equals("script") || legacyCheck || hasHandler(element);
    }

    private static boolean hasHandler(Element element) {
        for (int i = 0; i < element.getAttributes().getLength(); i++) {
            String attribute = ((Attr) element.getAttributes().item(i)).getName();
            boolean tag = element.getNamespaceURI() != null;
            if (tag ? attribute.equals("onclick") : attribute.startsWith("on") || attribute.equals("style")) {
                return true;
            }
        }
        return false;
    }

    private static List<Path> views() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/resources"))) {
            return files.filter(file -> file.toString().endsWith(".jelly")).toList();
        }
    }
}
