package io.jenkins.plugins.defendertags.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import java.util.List;
import org.junit.jupiter.api.Test;

class SamplePipelineTest {

    @Test
    void samplePipelineRunsAgainstTheClient() throws Exception {
        try (DefenderSimulator simulator = new DefenderSimulator()) {
            simulator.addMachine(Demo.AGENT_ID, "build-07.example.com", "linux");
            PipelineUnitDemo demo = new PipelineUnitDemo(simulator);
            assertTrue(demo.run());
            assertEquals(List.of("linux", "build-agent"), simulator.tagsOf(Demo.AGENT_ID));
            assertEquals(1, demo.getHelper().methodCallCount("defenderTag"));
            assertEquals(1, simulator.tagCalls());
        }
    }
}
