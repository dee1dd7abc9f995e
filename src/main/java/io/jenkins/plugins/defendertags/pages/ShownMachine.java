package io.jenkins.plugins.defendertags.pages;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.record.TagRecord;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** A machine as pages show it: what a record says of it, with nothing in it that could disguise itself. */
public final class ShownMachine {

    /** In characters; a word of Defender's, unless it is somebody else's. */
    private static final int LONGEST_WORD = 40;

    private final TagRecord record;

    ShownMachine(TagRecord record) {
        this.record = record;
    }

    /** What to call it: its name, else its ID, else that of the agent whose machine it should have been. */
    public String getName() {
        return Stream.of(record.getComputerDnsName(), record.getMachineId(), record.getNode())
                .filter(Objects::nonNull)
                .map(ShownText::of)
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElseGet(Messages::ShownMachine_Unknown);
    }

    /** Its page in the Defender portal, or null if there is none to link to. */
    @CheckForNull
    public String getPortalUrl() {
        return record.getMachineId() == null
                ? null
                : DefenderConfiguration.get()
                        .findCloud(record.cloud())
                        .map(cloud -> cloud.portalPage(new MachineId(record.getMachineId())))
                        .map(URI::toString)
                        .orElse(null);
    }

    public List<String> getTags() {
        return record.getMachineTags().stream().map(ShownText::of).toList();
    }

    /** As Defender spells it; null if it did not say. */
    @CheckForNull
    public String getHealth() {
        return word(record.getHealthStatus());
    }

    /** As Defender spells it; null if it did not say. */
    @CheckForNull
    public String getRisk() {
        return word(record.getRiskScore());
    }

    @CheckForNull
    private static String word(@CheckForNull String text) {
        return Util.fixEmpty(SingleLine.of(text, LONGEST_WORD));
    }
}
