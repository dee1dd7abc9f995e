package io.jenkins.plugins.defendertags.demo;

import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.SimulatedMachine;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** The program behind {@code ./dev demo}; the working folder is the repository's root. */
public final class Demo {

    public static final Path FILES = Path.of("src/demo");
    public static final String AGENT_ID = "1e5bc9d7e413ddd7902c2932e418702b84d0cc07";

    private Demo() {}

    /**
     * @param arguments {@code --once} to run both jobs and end; {@code --port N} for Jenkins; {@code --maven PATH} to start
     *     Jenkins with, or {@code --without-jenkins}
     */
    public static void main(String[] arguments) throws Exception {
        List<String> options = List.of(arguments);
        boolean once = options.contains("--once");
        String maven = valueOf(options, "--maven");
        boolean worked;
        try (DefenderSimulator simulator = new DefenderSimulator()) {
            addMachines(simulator);
            if (options.contains("--without-jenkins") || maven == null) {
                worked = new PipelineUnitDemo(simulator).run();
            } else {
                String port = valueOf(options, "--port");
                worked = new JenkinsDemo(simulator, maven, port == null ? 0 : Integer.parseInt(port)).run(once);
            }
        }
        System.out.println(worked ? "The demo worked." : "The demo did not work: see above.");
        System.exit(worked ? 0 : 1);
    }

    /** The agent's machine, and those of {@code fleet.groovy}. */
    public static void addMachines(DefenderSimulator simulator) {
        simulator.addMachine(AGENT_ID, "build-07.example.com", "linux");
        for (int i = 1; i <= 24; i++) {
            SimulatedMachine machine =
                    simulator.addMachine("%040x".formatted(new BigInteger(156, new Random(i))), "test-%02d.example.com".formatted(i), "test-host");
            if (i % 8 == 0) {
                machine.health("ImpairedCommunication");
            }
        }
    }

    private static String valueOf(List<String> options, String name) {
        int at = options.indexOf(name);
        return at < 0 || at + 1 == options.size() ? null : options.get(at + 1);
    }
}
