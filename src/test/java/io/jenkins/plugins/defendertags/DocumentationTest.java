package io.jenkins.plugins.defendertags;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import hudson.model.Descriptor;
import io.jenkins.plugins.casc.SecretSource;
import io.jenkins.plugins.defendertags.docs.Example;
import io.jenkins.plugins.defendertags.docs.Page;
import io.jenkins.plugins.defendertags.record.TagRecord;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import java.beans.Introspector;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;
import org.kohsuke.stapler.ClassDescriptor;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.export.Exported;

@WithJenkins
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "The examples are for agents with a shell")
class DocumentationTest {

    /** In this order: a line of a log is compared with what the others have logged. */
    private static final List<String> LANGUAGES = List.of("groovy", "yaml", "sh", "text");

    @TempDir
    Path folder;

    @AutoClose
    private final DefenderSimulator simulator = new DefenderSimulator();

    private final Map<String, Integer> ran = new TreeMap<>();
    private final List<String> notRun = new ArrayList<>();

    /** What examples call by a variable. */
    @TestExtension
    public static final class Secrets extends SecretSource {
        @Override
        public Optional<String> reveal(String name) {
            return Optional.of(name).filter("DEFENDER_CLIENT_SECRET"::equals).map(known -> DefenderSimulator.SECRET);
        }
    }

    @TestFactory
    Stream<DynamicTest> everyExampleRuns(JenkinsRule r) throws IOException {
        ExampleJenkins jenkins = new ExampleJenkins(r, simulator, folder.resolve("tools"));
        ExampleRun runner = new ExampleRun(jenkins, folder);
        List<Page> pages = Page.all();
        List<Example> examples =
                pages.stream().flatMap(page -> page.examples().stream()).toList();
        List<DynamicTest> tests = new ArrayList<>();
        for (String language : LANGUAGES) {
            if (language.equals("text")) {
                tests.add(dynamicTest("trouble", () -> {
                    jenkins.reset();
                    jenkins.runIntoTrouble();
                }));
            }
            examples.stream()
                    .filter(example -> example.language().equals(language))
                    .forEach(example -> tests.add(dynamicTest(example.toString(), () -> run(example, runner))));
        }
        tests.add(dynamicTest(
                "lines of logs in the text",
                () -> pages.stream()
                        .flatMap(page -> page.code().stream())
                        .filter(code -> code.startsWith("[defender] "))
                        .forEach(jenkins::assertLogged)));
        tests.add(dynamicTest("every property is named", () -> assertAllNamed(pages, r)));
        tests.add(dynamicTest("each has run or says why not", () -> count(examples)));
        return tests.stream();
    }

    private void run(Example example, ExampleRun runner) throws Exception {
        assertTrue(example.hasNoteAmong(ExampleRun.NOTES), () -> "What does \"" + example.note() + "\" mean?");
        if (example.reasonNotToRun() != null) {
            notRun.add(example + ": " + example.reasonNotToRun());
            return;
        }
        ran.merge(example.language(), 1, Integer::sum);
        try {
            runner.run(example);
        } catch (AssertionError | Exception x) {
            throw new AssertionError(example + " does not do what it says: " + x.getMessage(), x);
        }
    }

    private void count(List<Example> examples) {
        int all = ran.values().stream().mapToInt(Integer::intValue).sum();
        System.out.println("Of " + examples.size() + " examples in the documentation " + all + " were run " + ran
                + ", and " + notRun.size() + " were not:");
        notRun.forEach(System.out::println);
        assertEquals(
                List.of(),
                examples.stream()
                        .filter(example -> example.reasonNotToRun() == null)
                        .filter(example -> !LANGUAGES.contains(example.language()))
                        .toList(),
                "in a language that can be run");
        long others = examples.stream()
                .filter(example -> !LANGUAGES.contains(example.language()))
                .count();
        assertEquals(examples.size(), all + notRun.size() + others);
    }

    /** What can be written into a script or a file, or read by a program, is explained somewhere. */
    private static void assertAllNamed(List<Page> pages, JenkinsRule r) {
        Set<String> named = pages.stream().flatMap(page -> page.code().stream()).collect(Collectors.toSet());
        Set<String> missing = new TreeSet<>();
        for (Descriptor<?> descriptor : r.jenkins.getExtensionList(Descriptor.class)) {
            Class<?> type = descriptor.clazz;
            if (type.getName().startsWith(DocumentationTest.class.getPackageName() + ".")) {
                properties(type)
                        .filter(name -> !named.contains(name))
                        .forEach(name -> missing.add(type.getSimpleName() + "." + name));
            }
        }
        Arrays.stream(TagRecord.class.getMethods())
                .filter(method -> method.isAnnotationPresent(Exported.class))
                .map(method -> Introspector.decapitalize(method.getName().replaceFirst("^(get|is)", "")))
                .filter(name -> !named.contains(name))
                .forEach(name -> missing.add(TagRecord.class.getSimpleName() + "." + name));
        assertEquals(Set.of(), missing);
    }

    private static Stream<String> properties(Class<?> type) {
        Stream<String> ofConstructor = Arrays.stream(type.getConstructors())
                .filter(constructor -> constructor.isAnnotationPresent(DataBoundConstructor.class))
                .flatMap(constructor -> names(constructor));
        Stream<String> ofSetters = Arrays.stream(type.getMethods())
                .filter(method -> method.isAnnotationPresent(DataBoundSetter.class))
                .map(method -> Introspector.decapitalize(method.getName().substring("set".length())));
        return Stream.concat(ofConstructor, ofSetters);
    }

    private static Stream<String> names(Constructor<?> constructor) {
        return Arrays.stream(ClassDescriptor.loadParameterNames(constructor));
    }
}
