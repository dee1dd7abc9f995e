package io.jenkins.plugins.defendertags.screenshots;

import com.microsoft.playwright.options.ColorScheme;
import io.jenkins.plugins.defendertags.browser.Chromium;
import io.jenkins.plugins.defendertags.browser.WatchedPage;
import io.jenkins.plugins.defendertags.demo.Demo;
import io.jenkins.plugins.defendertags.demo.DemoJobs;
import io.jenkins.plugins.defendertags.demo.RunningJenkins;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** The program behind {@code ./dev screenshots}: runs the demo's jobs and takes the pictures of the documentation. */
public final class Screenshots {

    /** A job that changes one machine and cannot change another. */
    static final String TWO_MACHINES = "tag-two-machines";

    private static final Path FOLDER = Path.of("target/screenshots");
    private static final Duration BUILD_LIMIT = Duration.ofMinutes(2);

    private Screenshots() {}

    /** @param arguments the path of Maven, to start Jenkins with */
    public static void main(String[] arguments) throws Exception {
        Optional<Path> program = Chromium.find();
        if (program.isEmpty()) {
            System.out.println(Chromium.notFound() + ": no pictures are taken.");
            System.exit(1);
        }
        try (DefenderSimulator simulator = new DefenderSimulator();
                RunningJenkins jenkins = new RunningJenkins(FOLDER, arguments[0], simulator.url(), 0)) {
            Demo.addMachines(simulator);
            DemoJobs.addTo(jenkins);
            jenkins.addPipeline(TWO_MACHINES, Files.readString(Demo.FILES.resolve("two-machines.groovy")));
            String password = UUID.randomUUID().toString();
            jenkins.secure(password);
            System.out.println("Starting Jenkins (log: " + FOLDER + "/jenkins.log) …");
            jenkins.start();
            jenkins.startAgent();
            build(jenkins, DemoJobs.FREESTYLE);
            build(jenkins, DemoJobs.PIPELINE);
            build(jenkins, TWO_MACHINES);
            build(jenkins, DemoJobs.FLEET);
            leaveTag(jenkins, simulator);
            try (Chromium chromium = new Chromium(program.get())) {
                take(chromium, ColorScheme.DARK, jenkins, password);
                take(chromium, ColorScheme.LIGHT, jenkins, password);
            }
        }
        System.exit(0);
    }

    private static void build(RunningJenkins jenkins, String job) throws Exception {
        System.out.println("Building " + job + " …");
        jenkins.build(job);
        jenkins.awaitEnd(job, 1, BUILD_LIMIT);
    }

    /** The app registration loses its permission while a block runs, so that its tag cannot be removed. */
    private static void leaveTag(RunningJenkins jenkins, DefenderSimulator simulator) throws Exception {
        System.out.println("Building " + DemoJobs.BLOCK + " …");
        jenkins.build(DemoJobs.BLOCK);
        long calls = simulator.tagCalls();
        for (int tries = 0; simulator.tagCalls() == calls && tries < BUILD_LIMIT.toSeconds() * 10; tries++) {
            Thread.sleep(100);
        }
        simulator.revokeTokens();
        simulator.grantRoles("Machine.Read.All");
        jenkins.awaitEnd(DemoJobs.BLOCK, 1, BUILD_LIMIT);
        simulator.grantRoles("Machine.Read.All,Machine.ReadWrite.All");
        simulator.revokeTokens();
    }

    private static void take(Chromium chromium, ColorScheme scheme, RunningJenkins jenkins, String password)
            throws Exception {
        // As high as the longest page: what sticks to the window's end is not in the way then.
        try (WatchedPage watched = chromium.open(scheme, Pictures.WIDTH, 3000, 2)) {
            Pictures pictures = new Pictures(watched.page(), jenkins.url());
            pictures.logIn(RunningJenkins.USER, password);
            if (scheme == ColorScheme.DARK) {
                pictures.buildPage("build-page-dark");
            } else {
                pictures.takeAll();
            }
        }
    }
}
