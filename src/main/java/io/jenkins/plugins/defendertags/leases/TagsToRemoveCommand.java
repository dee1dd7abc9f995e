package io.jenkins.plugins.defendertags.leases;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.cli.CLICommand;
import java.util.Date;
import java.util.List;
import jenkins.model.Jenkins;
import org.kohsuke.args4j.Option;

/** {@code java -jar jenkins-cli.jar defender-tags-to-remove}: the page {@link StuckTagsLink} for scripts. */
@Extension
public final class TagsToRemoveCommand extends CLICommand {

    @Option(
            name = "--search",
            metaVar = "TEXT",
            usage = "Only tags with this text in the tag, machine, build, agent, credential or problem")
    public String search;

    @Option(name = "--all", usage = "Also tags that are still in use")
    public boolean all;

    @Option(name = "--retry", usage = "Try again to remove the listed tags")
    public boolean retry;

    @Override
    public String getName() {
        return "defender-tags-to-remove";
    }

    @Override
    public String getShortDescription() {
        return Messages.TagsToRemoveCommand_ShortDescription();
    }

    /** Prints a line for each tag: its columns are separated by tabulators. */
    @Override
    protected int run() {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        LeaseService service = LeaseService.get();
        List<Lease> found = (all ? service.all() : service.stuck())
                .stream().filter(LeaseTable.search(search)).toList();
        for (Lease lease : found) {
            stdout.println(line(new ShownLease(lease, false)));
        }
        if (retry) {
            service.retry(LeaseTable.search(search).and(Lease::isStuck));
        }
        return 0;
    }

    private static String line(ShownLease lease) {
        Date next = lease.getNextAttempt();
        return String.join(
                "\t",
                lease.getState().name(),
                lease.getTag(),
                lease.getMachineId(),
                orNone(lease.getMachine()),
                orNone(lease.getBuild()),
                orNone(lease.getAgent()),
                lease.getCredentialsId(),
                next == null ? "-" : next.toInstant().toString(),
                orNone(lease.getProblem()));
    }

    private static String orNone(@CheckForNull String text) {
        return text == null || text.isEmpty() ? "-" : text;
    }
}
