package io.jenkins.plugins.defendertags.agents;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.ChangeEffect;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.leases.LeaseCredential;
import io.jenkins.plugins.defendertags.leases.LeaseHolder;
import io.jenkins.plugins.defendertags.record.ChangeReport;
import io.jenkins.plugins.defendertags.record.TagRecordBuilder;
import io.jenkins.plugins.defendertags.support.Troubleshooting;
import java.util.concurrent.CompletionException;

/** Reports what came of one tag of an agent. There is no build to record it. */
record AgentTagReport(LeaseHolder holder, MachineId machine, Tag tag, LeaseCredential credential) {

    /**
     * Writes the line of the audit log.
     *
     * @return the line for the agent's own log
     * @throws CompletionException with the failure, if there is one
     */
    String report(@CheckForNull Machine answer, @CheckForNull Throwable failure, ChangeEffect effect) {
        TagRecordBuilder change = new TagRecordBuilder(holder.id(), TagAction.ADD, tag)
                .machine(machine, null)
                .node(holder.node())
                .credential(credential.id(), credential.cloud());
        ChangeReport report = answer == null
                ? ChangeReport.failed(change, Troubleshooting.problem(failure), "")
                : ChangeReport.succeeded(change, answer, effect);
        report.audit(holder.describe());
        if (answer == null) {
            throw new CompletionException(DefenderException.unwrap(failure));
        }
        return report.line();
    }
}
