package io.jenkins.plugins.defendertags.client.resolve;

import static io.jenkins.plugins.defendertags.client.Simulated.registration;
import static io.jenkins.plugins.defendertags.client.SimulatedQueue.await;

import io.jenkins.plugins.defendertags.client.SimulatedQueue;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.simulator.SimulatedMachine;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;

/** A resolver before a simulated Defender, and what tests of it have in common. */
@Timeout(60)
abstract class ResolverTests {

    static final String HOST = "build-07.example.com";

    @AutoClose
    final SimulatedQueue simulated = new SimulatedQueue();

    final DefenderSimulator simulator = simulated.simulator;
    final MachineResolver resolver = simulated.resolver;

    SimulatedMachine machine(int number, String name) {
        return simulator.addMachine(id(number), name);
    }

    static String id(int number) {
        return String.format("%040x", number);
    }

    static Fault page(String record, String next) {
        String link = next == null ? "null" : "\"" + next.replace("\\", "\\\\") + "\"";
        return Fault.answer(200, "application/json", "{\"@odata.nextLink\":" + link + ",\"value\":[" + record + "]}");
    }

    static ResolvedMachine found(String name, String id) {
        return new ResolvedMachine(new MachineName(name), new MachineId(id), null, !MachineId.isMachineId(name));
    }

    ResolvedMachine one(String name) throws DefenderException {
        return resolve(name).machines().get(0);
    }

    ResolvedMachine newest(String name) throws DefenderException {
        return await(resolver.resolve(registration(simulator), List.of(new MachineName(name)), true))
                .get(0);
    }

    /** @param calls that the look-up took */
    record Resolution(List<ResolvedMachine> machines, long calls) {}

    Resolution resolve(String... names) throws DefenderException {
        long before = simulator.apiCalls();
        List<ResolvedMachine> machines = await(resolver.resolve(
                registration(simulator), Stream.of(names).map(MachineName::new).toList(), false));
        return new Resolution(machines, simulator.apiCalls() - before);
    }
}
