package io.jenkins.plugins.defendertags.pages;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.record.TagRecord;
import io.jenkins.plugins.defendertags.support.MachineView;
import java.net.URI;
import java.util.Objects;
import java.util.stream.Stream;

/** Makes a {@link MachineView} of what a record says of a machine. */
final class MachineViews {

    private MachineViews() {}

    static MachineView of(TagRecord record) {
        return new MachineView(
                name(record),
                record.getMachineTags(),
                record.getHealthStatus(),
                record.getRiskScore(),
                () -> portalUrl(record));
    }

    /** The machine's name, else its ID, else the name of the agent whose machine it should have been. */
    private static String name(TagRecord record) {
        return Stream.of(record.getComputerDnsName(), record.getMachineId(), record.getNode())
                .filter(Objects::nonNull)
                .filter(name -> !ShownText.of(name).isEmpty())
                .findFirst()
                .orElseGet(Messages::MachineView_Unknown);
    }

    @CheckForNull
    private static URI portalUrl(TagRecord record) {
        return record.getMachineId() == null
                ? null
                : DefenderConfiguration.get()
                        .findCloud(record.cloud())
                        .map(cloud -> cloud.portalPage(new MachineId(record.getMachineId())))
                        .orElse(null);
    }
}
