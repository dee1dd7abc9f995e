package io.jenkins.plugins.defendertags.client;

import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;

/** The simulator's cloud and app registration, as the client sees them. */
final class Simulated {

    static final String ID = "1e5bc9d7e413ddd7902c2932e418702b84d0cc07";
    static final MachineId MACHINE = new MachineId(ID);

    private Simulated() {}

    static Cloud cloud(DefenderSimulator simulator) {
        return Cloud.of("simulated", "Simulated", simulator.url(), simulator.authority(), simulator.scope(), null);
    }

    static AppRegistration registration(DefenderSimulator simulator) {
        return registration(simulator, DefenderSimulator.SECRET);
    }

    static AppRegistration registration(DefenderSimulator simulator, String secret) {
        return new AppRegistration(
                cloud(simulator), DefenderSimulator.TENANT, DefenderSimulator.CLIENT, new ClientSecret(secret));
    }

    static TagChange change(String action, String tag) {
        return new TagChange(TagAction.parse(action), new Tag(tag), MACHINE);
    }
}
