package io.jenkins.plugins.defendertags.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.config.RuleConditions.Subjects;
import io.jenkins.plugins.defendertags.support.DocumentedAbortException;
import io.jenkins.plugins.defendertags.support.FormResult;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/**
 * Which jobs may change which tags of which machines: an ordered list of rules, of which the first that fits decides. A
 * request that no rule fits is refused. Asked for every request before anything is sent. Part of the global configuration;
 * not changed once it is in use there.
 */
public final class TagPolicy implements Describable<TagPolicy> {

    private static final String WHERE = " (Manage Jenkins > System > Defender Tags > Policy)";

    private List<PolicyRule> rules = defaultRules();

    @DataBoundConstructor
    public TagPolicy() {
        // the rules have a setter
    }

    /** {@code MDE-Management} enrols a machine in Defender's security settings management; any other tag is allowed. */
    private static List<PolicyRule> defaultRules() {
        return new ArrayList<>(List.of(
                new PolicyRule(PolicyRule.Verdict.DENY, "**", "MDE-Management"),
                new PolicyRule(PolicyRule.Verdict.ALLOW, "**", "*")));
    }

    static TagPolicy refusingEverything() {
        TagPolicy policy = new TagPolicy();
        policy.setRules(List.of(new PolicyRule(PolicyRule.Verdict.DENY, "**", "*")));
        return policy;
    }

    /** A rule that a file left empty stays in the list: it cannot be used, so the policy refuses what reaches it. */
    private Object readResolve() {
        if (rules == null) {
            rules = defaultRules();
        } else if (rules.contains(null)) {
            setRules(rules.stream()
                    .map(rule -> rule == null ? new PolicyRule(null, null, null) : rule)
                    .toList());
        }
        return this;
    }

    /** In the order in which they are asked. */
    public List<PolicyRule> getRules() {
        return new ArrayList<>(rules);
    }

    @DataBoundSetter
    public void setRules(@CheckForNull List<PolicyRule> rules) {
        this.rules = new ArrayList<>(rules == null ? List.of() : rules);
    }

    /** @throws IllegalArgumentException if a rule cannot be used, with a message that says which and why */
    void validate() {
        if (rules.isEmpty()) {
            throw new IllegalArgumentException(
                    "The policy has no rule. Add one; to refuse everything, one that denies the"
                            + " tags * for the jobs **.");
        }
        for (int i = 0; i < rules.size(); i++) {
            String flaw = rules.get(i).flaw();
            if (flaw != null) {
                throw new IllegalArgumentException("Rule " + (i + 1) + " of the policy cannot be used. " + flaw);
            }
        }
    }

    /** @throws AbortException if the request is refused, with a message that names the rule or its absence */
    public void check(PolicyRequest request) throws AbortException {
        Decision decision = decide(request);
        if (!decision.isAllowed()) {
            boolean ownIsAllowed =
                    request.namesMachines() && decide(request.forOwnAgent()).isAllowed();
            throw new DocumentedAbortException(
                    ErrorCode.NOT_ALLOWED_BY_POLICY,
                    request.describeRefusal() + ": " + decision.reason() + WHERE + "."
                            + (ownIsAllowed
                                    ? " Leave machine and machines out to tag the agent that the build runs on."
                                    : ""));
        }
    }

    /**
     * Reading machines needs no rule for tags, only one that lets the job name machines.
     *
     * @throws AbortException if the job may not read other machines than its agent
     */
    public void checkReading(String job, String credentialsId) throws AbortException {
        String reason = "no rule lets it name machines";
        Subjects subjects = Subjects.of(job, credentialsId);
        for (int i = 0; i < rules.size(); i++) {
            PolicyRule rule = rules.get(i);
            RuleConditions conditions = rule.conditions();
            if (conditions == null) {
                reason = describe(i);
                break;
            }
            PolicyRule.Verdict verdict = conditions.fitJob(subjects) ? rule.verdictOnReading() : null;
            if (verdict == PolicyRule.Verdict.ALLOW) {
                return;
            }
            if (verdict == PolicyRule.Verdict.DENY) {
                reason = describe(i);
                break;
            }
        }
        throw new DocumentedAbortException(
                ErrorCode.NOT_ALLOWED_BY_POLICY,
                PolicyRequest.subject(job) + " may not read machines that it names: " + reason + WHERE + ".");
    }

    private record Decision(boolean isAllowed, String reason) {}

    private Decision decide(PolicyRequest request) {
        Subjects subjects = Subjects.of(request);
        for (int i = 0; i < rules.size(); i++) {
            PolicyRule rule = rules.get(i);
            RuleConditions conditions = rule.conditions();
            if (conditions == null || conditions.fit(request, subjects)) {
                return new Decision(conditions != null && rule.getVerdict() == PolicyRule.Verdict.ALLOW, describe(i));
            }
        }
        return new Decision(false, "no rule allows it");
    }

    private String describe(int index) {
        PolicyRule rule = rules.get(index);
        String flaw = rule.flaw();
        return "rule " + (index + 1)
                + (flaw == null ? ", " + rule.describe() : " cannot be used: " + flaw.replaceFirst("\\.$", ""));
    }

    /**
     * Whether a tag is refused whatever a job does with it: for forms, which do not know everything.
     *
     * @return why, or null
     */
    @CheckForNull
    String refusalOfTag(@CheckForNull String job, Tag tag, String credentialsId) {
        List<PolicyRequest> ways = Stream.of(TagAction.values())
                .flatMap(action ->
                        Stream.of(true, false).map(names -> new PolicyRequest(job, tag, action, names, credentialsId)))
                .toList();
        if (ways.stream().anyMatch(way -> decide(way).isAllowed())) {
            return null;
        }
        PolicyRequest plainest = ways.get(1);
        return plainest.describeRefusal() + ": " + decide(plainest).reason() + WHERE + ".";
    }

    @Extension
    @Symbol("tagPolicy")
    public static final class DescriptorImpl extends Descriptor<TagPolicy> {

        @Override
        public String getDisplayName() {
            return Messages.TagPolicy_DisplayName();
        }

        @POST
        public ListBoxModel doFillTriedActionItems() {
            Jenkins.get().checkPermission(Jenkins.SYSTEM_READ);
            ListBoxModel items = new ListBoxModel();
            Stream.of(TagAction.values()).map(TagAction::wireName).forEach(items::add);
            return items;
        }

        /** Says which of the saved rules decides on a request. */
        @POST
        public FormValidation doTryPolicy(
                @QueryParameter String triedJob,
                @QueryParameter String triedTag,
                @QueryParameter String triedAction,
                @QueryParameter String triedCredentialsId,
                @QueryParameter boolean triedMachine) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            String job = Util.fixEmptyAndTrim(triedJob);
            if (job == null) {
                return FormValidation.error(Messages.TagPolicy_NoJob());
            }
            try {
                String id = Util.fixEmptyAndTrim(triedCredentialsId);
                PolicyRequest request = new PolicyRequest(
                        job,
                        new Tag(triedTag),
                        TagAction.parse(triedAction),
                        triedMachine,
                        id == null ? Util.fixNull(DefenderConfiguration.get().getDefaultCredentialsId()) : id);
                Decision decision = DefenderConfiguration.get().getPolicy().decide(request);
                return decision.isAllowed()
                        ? FormResult.success(Messages.TagPolicy_Allowed(decision.reason()))
                        : FormValidation.warning(Messages.TagPolicy_Refused(decision.reason()));
            } catch (IllegalArgumentException x) {
                return FormValidation.error(x.getMessage());
            }
        }
    }
}
