package io.jenkins.plugins.defendertags.steps;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import hudson.matrix.AxisList;
import hudson.matrix.MatrixBuild;
import hudson.matrix.MatrixProject;
import hudson.matrix.MatrixRun;
import hudson.matrix.TextAxis;
import hudson.maven.MavenModuleSet;
import hudson.maven.MavenModuleSetBuild;
import hudson.model.Run;
import hudson.tasks.Maven.MavenInstallation;
import io.jenkins.plugins.defendertags.leases.LeaseService;
import io.jenkins.plugins.defendertags.record.DefenderTagsAction;
import io.jenkins.plugins.defendertags.record.TagRecord;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** The build step and the build environment in multi-configuration and Maven jobs. */
@WithDefender
@Timeout(300)
class MatrixAndMavenJobsTest {

    @TempDir
    Path folder;

    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    MatrixAndMavenJobsTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @Test
    void eachConfigurationHasItsOwnChangesAndRecords() throws Exception {
        MatrixProject job = r.createProject(MatrixProject.class, "matrix");
        job.setAxes(new AxisList(new TextAxis("OS", "linux", "mac"), new TextAxis("JDK", "17", "21")));
        job.getBuildersList().add(builder("on-${OS}-$JDK"));
        job.getBuildWrappersList().add(wrapper("during-${OS}-${JDK}"));
        MatrixBuild build = r.buildAndAssertSuccess(job);
        assertNull(build.getAction(DefenderTagsAction.class), "the parent changes nothing");
        List<MatrixRun> runs = build.getExactRuns();
        assertEquals(4, runs.size());
        for (MatrixRun run : runs) {
            String combination = run.getParent().getCombination().get("OS") + "-"
                    + run.getParent().getCombination().get("JDK");
            assertEquals(
                    List.of("Add during-" + combination, "Add on-" + combination, "Remove during-" + combination),
                    changes(run));
            r.assertLogContains("Added \"on-" + combination + "\"", run);
        }
        assertEquals(
                Set.of("linux", "on-linux-17", "on-linux-21", "on-mac-17", "on-mac-21"),
                Set.copyOf(simulator.tagsOf(AGENT_ID)));
        await().until(() -> LeaseService.get().all().isEmpty());
    }

    @Test
    void configurationsShareOneTagUntilTheLastEnds() throws Exception {
        MatrixProject job = r.createProject(MatrixProject.class, "matrix");
        job.setAxes(new AxisList(new TextAxis("OS", "linux", "mac")));
        job.getBuildWrappersList().add(wrapper("building"));
        MatrixBuild build = r.buildAndAssertSuccess(job);
        assertEquals(2, build.getExactRuns().size());
        await().until(() -> simulator.tagsOf(AGENT_ID).equals(List.of("linux")));
        await().until(() -> LeaseService.get().all().isEmpty());
    }

    /** The first goal needs no plugin of Maven, so no repository. */
    @Test
    void mavenJobHasOnePairOfChanges() throws Exception {
        Path home = mavenHome();
        assumeTrue(home != null, "There is no Maven on the PATH");
        r.jenkins
                .getDescriptorByType(MavenInstallation.DescriptorImpl.class)
                .setInstallations(new MavenInstallation("maven", home.toString(), List.of()));
        Path pom = Files.writeString(
                folder.resolve("pom.xml"),
                "<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId>"
                        + "<version>1</version><packaging>pom</packaging></project>");
        MavenModuleSet job = r.createProject(MavenModuleSet.class, "maven");
        job.setMaven("maven");
        job.setRootPOM(pom.toString());
        job.setGoals("-o validate");
        job.getPrebuilders().add(builder("before-${JOB_NAME}"));
        job.getPostbuilders().add(builder("after"));
        job.getBuildWrappersList().add(wrapper("during"));
        MavenModuleSetBuild build = r.buildAndAssertSuccess(job);
        assertEquals(List.of("Add during", "Add before-maven", "Add after", "Remove during"), changes(build));
        assertEquals(
                List.of(),
                build.getModuleLastBuilds().values().stream()
                        .filter(module -> module.getAction(DefenderTagsAction.class) != null)
                        .toList(),
                "modules have no records");
        assertEquals(Set.of("linux", "before-maven", "after"), Set.copyOf(simulator.tagsOf(AGENT_ID)));
    }

    private static Path mavenHome() throws Exception {
        String path = System.getenv("PATH");
        for (String entry : (path == null ? "" : path).split(File.pathSeparator)) {
            Path mvn = Path.of(entry, "mvn");
            if (Files.isExecutable(mvn)) {
                return mvn.toRealPath().getParent().getParent();
            }
        }
        return null;
    }

    private static DefenderTagBuilder builder(String tag) {
        DefenderTagBuilder builder = new DefenderTagBuilder("Add", tag);
        builder.setMachine(AGENT_ID);
        return builder;
    }

    private static DefenderTagWrapper wrapper(String tag) {
        WithDefenderTagStep block = new WithDefenderTagStep(tag);
        block.setMachine(AGENT_ID);
        return new DefenderTagWrapper(block);
    }

    private static List<String> changes(Run<?, ?> run) {
        return Stream.ofNullable(run.getAction(DefenderTagsAction.class))
                .flatMap(action -> action.getChanges().stream())
                .map(MatrixAndMavenJobsTest::describe)
                .collect(Collectors.toList());
    }

    private static String describe(TagRecord change) {
        return change.getAction() + " " + change.getValue();
    }
}
