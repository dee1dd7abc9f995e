package io.jenkins.plugins.defendertags.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds every package to the arrows that docs/architecture.md shows, and every class to a readable length. */
class ArchitectureTest {

    private static final String ROOT = "io.jenkins.plugins.defendertags";
    private static final Pattern ARROWS = Pattern.compile("(?m)^([a-z.]+) +→ ([a-z., ]+)$");

    /** In lines. */
    private static final int LONGEST_FILE = 300;

    /** What the client may use besides itself. */
    private static final List<String> LIBRARIES = List.of(
            "java.",
            "javax.net.ssl",
            "javax.security.auth.x500",
            "com.fasterxml.jackson.",
            "org.apache.hc.",
            "edu.umd.cs.findbugs.annotations");

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void packagesUseOnlyWhatTheirArrowsLeadTo() throws IOException {
        assertEquals(List.of(), violations(MAIN, picture()));
    }

    @Test
    void everyPackageIsInThePicture() throws IOException {
        Map<String, Set<String>> picture = picture();
        Set<String> packages = new TreeSet<>();
        MAIN.forEach(type -> packages.add(packageOf(type)));
        packages.removeIf(name -> picture.containsKey(name) || name.equals("client.model"));
        assertEquals(Set.of(), packages, "missing in docs/architecture.md");
    }

    @Test
    void clientUsesNoJenkinsClass() {
        List<String> foreign = new ArrayList<>();
        for (JavaClass type : MAIN) {
            if (packageOf(type).startsWith("client.")) {
                type.getDirectDependenciesFromSelf().stream()
                        .map(Dependency::getTargetClass)
                        .map(JavaClass::getBaseComponentType)
                        .filter(target -> !target.isPrimitive()
                                && !target.getName().startsWith(ROOT + ".")
                                && LIBRARIES.stream().noneMatch(target.getName()::startsWith))
                        .forEach(target -> foreign.add(type.getName() + " uses " + target.getName()));
            }
        }
        assertEquals(List.of(), foreign);
    }

    @Test
    void noFileIsLongerThanAReaderBears() throws IOException {
        List<String> tooLong = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                long lines = Files.readString(file).lines().count();
                if (lines > LONGEST_FILE) {
                    tooLong.add(file.getFileName() + ": " + lines + " lines");
                }
            }
        }
        assertEquals(List.of(), tooLong);
    }

    @Test
    void violationsAreFound() {
        assertFalse(violations(MAIN, Map.of()).isEmpty());
        assertThrows(IllegalStateException.class, () -> reachable("a", Map.of("a", Set.of("b"), "b", Set.of("a"))));
    }

    private static List<String> violations(JavaClasses classes, Map<String, Set<String>> picture) {
        Set<String> found = new TreeSet<>();
        for (JavaClass type : classes) {
            String from = packageOf(type);
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (target.getPackageName().startsWith(ROOT)) {
                    String to = packageOf(target);
                    if (!to.equals(from)
                            && !picture.getOrDefault(from, Set.of()).contains(to)) {
                        found.add(from + " → " + to + ": " + type.getSimpleName() + " uses " + target.getSimpleName());
                    }
                }
            }
        }
        return List.copyOf(found);
    }

    private static String packageOf(JavaClass type) {
        String name = type.getPackageName();
        return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1);
    }

    /** Each package of the picture with all that its arrows lead to. */
    private static Map<String, Set<String>> picture() throws IOException {
        Map<String, Set<String>> arrows = new LinkedHashMap<>();
        Matcher line = ARROWS.matcher(Files.readString(Path.of("docs/architecture.md")));
        while (line.find()) {
            arrows.put(line.group(1), new TreeSet<>(Arrays.asList(line.group(2).split(", "))));
        }
        assertTrue(arrows.size() > 10, () -> "The picture was not found: " + arrows);
        Map<String, Set<String>> all = new LinkedHashMap<>();
        arrows.keySet().forEach(name -> all.put(name, reachable(name, arrows)));
        return all;
    }

    private static Set<String> reachable(String from, Map<String, Set<String>> arrows) {
        Set<String> found = new TreeSet<>();
        List<String> open = new ArrayList<>(arrows.getOrDefault(from, Set.of()));
        while (!open.isEmpty()) {
            String next = open.remove(0);
            if (next.equals(from)) {
                throw new IllegalStateException("The arrows of " + from + " lead back to it.");
            }
            if (found.add(next)) {
                open.addAll(arrows.getOrDefault(next, Set.of()));
            }
        }
        return found;
    }
}
