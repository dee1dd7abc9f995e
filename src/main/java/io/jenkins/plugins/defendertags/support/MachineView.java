package io.jenkins.plugins.defendertags.support;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/** A machine as pages show it, with nothing in its texts that could disguise itself. Immutable. */
public final class MachineView {

    /** In characters; a word of Defender's, unless it is somebody else's. */
    private static final int LONGEST_WORD = 40;

    private final String name;
    private final List<String> tags;
    private final String health;
    private final String risk;
    private final Supplier<URI> portalUrl;

    /**
     * @param name what to call it
     * @param health as Defender spells it; null if it did not say
     * @param risk as Defender spells it; null if it did not say
     * @param portalUrl returns its page in the Defender portal, or null if there is none to link to
     */
    public MachineView(
            String name,
            List<String> tags,
            @CheckForNull String health,
            @CheckForNull String risk,
            Supplier<URI> portalUrl) {
        this.name = text(name);
        this.tags = tags.stream().map(MachineView::text).toList();
        this.health = word(health);
        this.risk = word(risk);
        this.portalUrl = portalUrl;
    }

    /** Of Defender's answer. */
    public static MachineView of(Machine machine, URI portalUrl) {
        String name = machine.computerDnsName();
        return new MachineView(
                name == null ? machine.id().value() : name,
                machine.tags(),
                Objects.toString(machine.toMap().get("healthStatus"), null),
                Objects.toString(machine.toMap().get("riskScore"), null),
                () -> portalUrl);
    }

    private static String text(@CheckForNull String text) {
        return SingleLine.of(text, MachineName.MAX_LENGTH);
    }

    @CheckForNull
    private static String word(@CheckForNull String text) {
        return Util.fixEmpty(SingleLine.of(text, LONGEST_WORD));
    }

    public String getName() {
        return name;
    }

    public List<String> getTags() {
        return tags;
    }

    @CheckForNull
    public String getHealth() {
        return health;
    }

    @CheckForNull
    public String getRisk() {
        return risk;
    }

    @CheckForNull
    public String getPortalUrl() {
        return Objects.toString(portalUrl.get(), null);
    }
}
