package io.jenkins.plugins.defendertags;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.FreeStyleProject;
import hudson.model.Result;
import hudson.tasks.Shell;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.defendertags.docs.Example;
import io.jenkins.plugins.defendertags.steps.DefenderTagBuilder;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javaposse.jobdsl.plugin.ExecuteDslScripts;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;

/** Runs an example as what it is, and looks whether it did what it says. */
record ExampleRun(ExampleJenkins jenkins, Path folder) {

    /** What an example's note can ask for. */
    static final Set<String> NOTES =
            Set.of("result: ", "run with stand-ins: ", "run after a build step", "run after a build");

    /** For a plugin that is not here: the pod is the agent. */
    private static final String POD_TEMPLATE =
            "def podTemplate(Map arguments, Closure body) { POD_LABEL = 'linux'; body() }\n";

    /** What an export leaves out, because it is so without being said. */
    private static final Set<String> DEFAULTS = Set.of("jobsMayNameMachines: true", "cloud: commercial");

    private static final Pattern JOB_DSL = Pattern.compile("(?s)\\s*(job|pipelineJob|folder)\\(.*");
    private static final Pattern OF_JENKINS = Pattern.compile("\"\\$JENKINS_URL/([^\"]+)\"");
    private static final Pattern CLASS_NAME = Pattern.compile("\\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\\b");

    void run(Example example) throws Exception {
        jenkins.reset();
        switch (example.language()) {
            case "groovy" -> runScript(example);
            case "yaml" -> configure(example);
            case "sh" -> runShell(example);
            case "text" -> compare(example);
            default -> throw new IllegalArgumentException("Nobody knows how to run " + example);
        }
    }

    private void runScript(Example example) throws Exception {
        String script = example.text();
        if (JOB_DSL.matcher(script).matches()) {
            runJobDsl(script);
        } else if (example.note().startsWith("result: ")) {
            jenkins.makeFails();
            jenkins.runPipeline(script, Result.fromString(example.note().substring("result: ".length())));
        } else if (example.note().startsWith("run with stand-ins: ")) {
            jenkins.runPipeline(POD_TEMPLATE + script, Result.SUCCESS);
        } else {
            jenkins.runPipeline(inNode(script), Result.SUCCESS);
        }
    }

    /** A part of a Pipeline is put where it belongs; but what names its machines must run without an agent. */
    private static String inNode(String script) {
        boolean complete = script.contains("pipeline {") || script.contains("node(");
        boolean tagsAgent =
                script.lines().anyMatch(line -> line.matches(".*efenderTag[( ].*") && !line.contains("machine"));
        return !complete && (tagsAgent || script.contains("sh '")) ? "node('linux') {\n" + script + "\n}" : script;
    }

    private void runJobDsl(String script) throws Exception {
        FreeStyleProject seed = jenkins.rule().createFreeStyleProject("seed");
        ExecuteDslScripts scripts = new ExecuteDslScripts();
        scripts.setScriptText(script);
        seed.getBuildersList().add(scripts);
        jenkins.run(seed, Result.SUCCESS);
        for (FreeStyleProject made : jenkins.rule().jenkins.getItems(FreeStyleProject.class)) {
            if (made != seed) {
                jenkins.run(made, Result.SUCCESS);
            }
        }
        for (WorkflowJob made : jenkins.rule().jenkins.getItems(WorkflowJob.class)) {
            jenkins.run(made, Result.SUCCESS);
        }
    }

    /** Afterwards an export says the same: nothing was ignored. */
    private void configure(Example example) throws Exception {
        Path file = Files.writeString(folder.resolve("jenkins.yaml"), example.text());
        ConfigurationAsCode.get().configure(file.toString());
        ByteArrayOutputStream export = new ByteArrayOutputStream();
        ConfigurationAsCode.get().export(export);
        Set<String> exported = new HashSet<>(settings(export.toString(StandardCharsets.UTF_8)));
        assertEquals(
                List.of(),
                settings(example.text()).stream()
                        .filter(setting -> !exported.contains(setting) && !DEFAULTS.contains(setting))
                        .toList());
    }

    /** Lines with a value that is no secret, without what may differ in writing. */
    private static List<String> settings(String yaml) {
        return yaml.lines()
                .map(line -> line.replaceFirst("^[ -]*", "")
                        .replaceFirst(" +#.*", "")
                        .replace("\"", ""))
                .filter(line -> !line.isBlank() && !line.matches(".*(:|\\||\\|-|\\$\\{.*)"))
                .toList();
    }

    private void runShell(Example example) throws Exception {
        if (example.note().equals("run after a build step")) {
            FreeStyleProject job = tagging("after-a-build-step");
            job.getBuildersList().add(new Shell(example.text()));
            jenkins.run(job, Result.SUCCESS);
            jenkins.assertLogged(SimulatedDefender.AGENT_ID + " has the tags build-agent");
        } else if (example.note().equals("run after a build")) {
            Matcher path = OF_JENKINS.matcher(example.text());
            assertTrue(path.find(), "it asks Jenkins for something");
            jenkins.run(tagging("nightly"), Result.SUCCESS);
            String answer = jenkins.rule().getJSON(path.group(1)).getContentAsString();
            assertTrue(answer.contains("\"value\":\"build-agent\""), answer);
        } else { // DocumentationCommandsTest compares them with what ./dev knows
            assertTrue(example.lines().stream().allMatch(line -> line.startsWith("./dev ")), "only ./dev is known");
        }
    }

    private FreeStyleProject tagging(String name) throws Exception {
        FreeStyleProject job = jenkins.rule().createFreeStyleProject(name);
        job.setAssignedLabel(jenkins.rule().jenkins.getLabel("linux"));
        job.getBuildersList().add(new DefenderTagBuilder("Add", "build-agent"));
        return job;
    }

    /** A log's lines are those of some example's build; an overview of the sources names classes that are there. */
    private void compare(Example example) throws IOException {
        if (example.text().startsWith("src/main/java")) {
            Set<String> classes = classes();
            Set<String> named = CLASS_NAME
                    .matcher(example.text())
                    .results()
                    .map(MatchResult::group)
                    .collect(Collectors.toSet());
            named.removeAll(classes);
            assertEquals(Set.of(), named);
        } else {
            for (String line : example.lines()) {
                assertTrue(line.matches("(\\[defender]|ERROR:) .*"), "it is no line of this plugin: " + line);
                jenkins.assertLogged(line);
            }
        }
    }

    private static Set<String> classes() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            return files.map(file -> file.getFileName().toString().replace(".java", ""))
                    .collect(Collectors.toSet());
        }
    }
}
