package io.jenkins.plugins.defendertags.client;

import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.auth.ClientSecret;
import io.jenkins.plugins.defendertags.client.auth.Cloud;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;

/** The simulator's cloud and app registration, as the client sees them. */
public final class Simulated {

    public static final String ID = "1e5bc9d7e413ddd7902c2932e418702b84d0cc07";
    public static final MachineId MACHINE = new MachineId(ID);

    private Simulated() {}

    public static Cloud cloud(DefenderSimulator simulator) {
        return Cloud.of("simulated", "Simulated", simulator.url(), simulator.authority(), simulator.scope(), null);
    }

    public static AppRegistration registration(DefenderSimulator simulator) {
        return registration(simulator, DefenderSimulator.SECRET);
    }

    public static AppRegistration registration(DefenderSimulator simulator, String secret) {
        return new AppRegistration(
                cloud(simulator), DefenderSimulator.TENANT, DefenderSimulator.CLIENT, new ClientSecret(secret));
    }

    public static TagChange change(String action, String tag) {
        return new TagChange(TagAction.parse(action), new Tag(tag), MACHINE);
    }
}
