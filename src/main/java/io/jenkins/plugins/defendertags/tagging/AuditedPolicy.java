package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.model.Computer;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.config.PolicyRequest;
import io.jenkins.plugins.defendertags.config.TagPolicy;
import io.jenkins.plugins.defendertags.record.AuditLog;
import io.jenkins.plugins.defendertags.record.Requester;

/** Asks the policy before anything is sent, and has the audit log say what it refused. Thread-safe. */
public final class AuditedPolicy {

    private AuditedPolicy() {}

    private interface Question {
        void ask(TagPolicy policy) throws AbortException;
    }

    /** @throws AbortException if the policy refuses this change of a build */
    static void check(OperationContext context, TagRequest request) throws AbortException {
        check(
                context,
                AuditLog.tag(request.action().wireName(), request.tag().value()) + " on " + request.describeTargets(),
                policy -> policy.check(new PolicyRequest(
                        context.job(),
                        request.tag(),
                        request.action(),
                        request.namesMachines(),
                        context.credential().getId())));
    }

    /** @throws AbortException if the policy does not let this build read machines that it names */
    static void check(OperationContext context, MachineSearch search) throws AbortException {
        if (search.namesMachines()) {
            check(
                    context,
                    "Read " + search.describe(),
                    policy -> policy.checkReading(
                            context.job(), context.credential().getId()));
        }
    }

    private static void check(OperationContext context, String what, Question question) throws AbortException {
        check(
                what,
                AuditLog.startedBy("build " + context.run().getExternalizableId(), Requester.of(context.run())),
                context.computer(),
                context.credential().getId(),
                question);
    }

    /** @throws AbortException if the policy refuses this tag of an agent */
    public static void check(Computer agent, Tag tag, String credentialsId) throws AbortException {
        check(
                AuditLog.tag(TagAction.ADD.wireName(), tag.value()) + " on " + AuditLog.machine(null, null),
                "agent " + agent.getDisplayName(),
                agent,
                credentialsId,
                policy -> policy.check(new PolicyRequest(null, tag, TagAction.ADD, false, credentialsId)));
    }

    private static void check(
            String what, String cause, @CheckForNull Computer computer, String credentialsId, Question question)
            throws AbortException {
        try {
            question.ask(DefenderConfiguration.get().getPolicy());
        } catch (AbortException refusal) {
            String node = computer == null ? null : computer.getDisplayName();
            AuditLog.write(what, cause, node, credentialsId, "refused, " + refusal.getMessage());
            throw refusal;
        }
    }
}
