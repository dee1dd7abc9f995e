package io.jenkins.plugins.defendertags.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.config.GlobPatterns.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** One rule of the {@link TagPolicy}: whom and what it fits, and whether it allows or denies that. */
public final class PolicyRule implements Describable<PolicyRule> {

    private static final int SHOWN = 60;

    /** What a rule says of the requests that it fits. */
    public enum Verdict {
        ALLOW,
        DENY
    }

    /** Which actions a rule fits. */
    public enum Action {
        ADD(TagAction.ADD),
        REMOVE(TagAction.REMOVE),
        BOTH(TagAction.ADD, TagAction.REMOVE);

        private final Set<TagAction> tagActions;

        Action(TagAction... tagActions) {
            this.tagActions = Set.of(tagActions);
        }
    }

    /** Which machines a rule fits. */
    public enum Machines {
        /** The machine of the agent that the build runs on, as long as the job does not name it. */
        OWN,
        /** Any machine. */
        ANY
    }

    private final Verdict verdict;
    private final String jobs;
    private final String tags;
    private Action action = Action.BOTH;
    private Machines machines = Machines.ANY;
    private String credentialsIds = "";
    /** Parsed whenever something is set, so that no request has to: null if that cannot be, see {@link #flaw}. */
    private transient RuleConditions conditions;

    private transient String flaw;

    /**
     * @param jobs patterns of full names of jobs, one a line
     * @param tags patterns of tags, one a line
     */
    @DataBoundConstructor
    public PolicyRule(@CheckForNull Verdict verdict, @CheckForNull String jobs, @CheckForNull String tags) {
        this.verdict = verdict;
        this.jobs = Util.fixNull(jobs).strip();
        this.tags = Util.fixNull(tags).strip();
        parse();
    }

    /** Gives optional fields that a file lacks their defaults; see {@link #flaw} for the others. */
    private Object readResolve() {
        PolicyRule read = new PolicyRule(verdict, jobs, tags);
        read.setAction(action);
        read.setMachines(machines);
        read.setCredentials(credentialsIds);
        return read;
    }

    /** Null only in a rule that cannot be used, see {@link #flaw}. */
    @CheckForNull
    public Verdict getVerdict() {
        return verdict;
    }

    public String getJobs() {
        return jobs;
    }

    public String getTags() {
        return tags;
    }

    public Action getAction() {
        return action;
    }

    @DataBoundSetter
    public void setAction(@CheckForNull Action action) {
        this.action = action == null ? Action.BOTH : action;
        parse();
    }

    public Machines getMachines() {
        return machines;
    }

    @DataBoundSetter
    public void setMachines(@CheckForNull Machines machines) {
        this.machines = machines == null ? Machines.ANY : machines;
        parse();
    }

    /** Patterns of IDs of credentials, one a line; empty for any credential. */
    public String getCredentials() {
        return credentialsIds;
    }

    @DataBoundSetter
    public void setCredentials(@CheckForNull String credentials) {
        this.credentialsIds = Util.fixNull(credentials).strip();
        parse();
    }

    private void parse() {
        conditions = null;
        flaw = null;
        try {
            RuleConditions parsed = new RuleConditions(
                    GlobPatterns.parse(Subject.JOB, jobs),
                    GlobPatterns.parse(Subject.TAG, tags),
                    GlobPatterns.parse(Subject.CREDENTIAL, credentialsIds),
                    action.tagActions,
                    machines == Machines.ANY,
                    verdict == Verdict.DENY);
            if (verdict == null) {
                flaw = "It has no verdict. Choose allow or deny.";
            } else if (parsed.jobs().isEmpty()) {
                flaw = "It names no jobs. Give patterns of full names, or ** for all jobs.";
            } else if (parsed.tags().isEmpty()) {
                flaw = "It names no tags. Give patterns of tags, or * for all tags.";
            } else {
                conditions = parsed;
            }
        } catch (IllegalArgumentException x) {
            flaw = x.getMessage();
        }
    }

    /** Returns why this rule cannot be used, in a sentence or two; null if it can. */
    @CheckForNull
    String flaw() {
        return flaw;
    }

    /**
     * What is denied cannot be had by a tag that only looks different; what is allowed is allowed exactly. Null only in a rule
     * that cannot be used.
     */
    @CheckForNull
    RuleConditions conditions() {
        return conditions;
    }

    /** Whether it allows to read machines that the job names, or denies all that has to do with them. */
    @CheckForNull
    Verdict verdictOnReading() {
        if (verdict == Verdict.ALLOW) {
            return machines == Machines.ANY ? Verdict.ALLOW : null;
        }
        return machines == Machines.ANY
                        && action == Action.BOTH
                        && conditions.tags().fitsAll()
                ? Verdict.DENY
                : null;
    }

    /** For a message: {@code deny MDE-Management for **}. */
    String describe() {
        String what = String.join(", ", tags.lines().map(String::strip).toList());
        String who = String.join(", ", jobs.lines().map(String::strip).toList());
        return String.valueOf(verdict).toLowerCase(Locale.ROOT)
                + (action == Action.BOTH ? "" : " to " + action.name().toLowerCase(Locale.ROOT))
                + " " + SingleLine.of(what, SHOWN) + " for " + SingleLine.of(who, SHOWN)
                + (machines == Machines.OWN ? " on their own agents" : "");
    }

    @Extension
    @Symbol("policyRule")
    public static final class DescriptorImpl extends Descriptor<PolicyRule> {

        @Override
        public String getDisplayName() {
            return Messages.PolicyRule_DisplayName();
        }

        @POST
        public ListBoxModel doFillVerdictItems() {
            Jenkins.get().checkPermission(Jenkins.SYSTEM_READ);
            ListBoxModel items = new ListBoxModel();
            items.add(Messages.PolicyRule_Allow(), Verdict.ALLOW.name());
            items.add(Messages.PolicyRule_Deny(), Verdict.DENY.name());
            return items;
        }

        @POST
        public ListBoxModel doFillActionItems() {
            Jenkins.get().checkPermission(Jenkins.SYSTEM_READ);
            ListBoxModel items = new ListBoxModel();
            items.add(Messages.PolicyRule_Both(), Action.BOTH.name());
            items.add(Messages.PolicyRule_Add(), Action.ADD.name());
            items.add(Messages.PolicyRule_Remove(), Action.REMOVE.name());
            return items;
        }

        @POST
        public ListBoxModel doFillMachinesItems() {
            Jenkins.get().checkPermission(Jenkins.SYSTEM_READ);
            ListBoxModel items = new ListBoxModel();
            items.add(Messages.PolicyRule_Any(), Machines.ANY.name());
            items.add(Messages.PolicyRule_Own(), Machines.OWN.name());
            return items;
        }

        @POST
        public FormValidation doCheckJobs(@QueryParameter String jobs) {
            return check(Subject.JOB, jobs, Messages.PolicyRule_NoJobs());
        }

        @POST
        public FormValidation doCheckTags(@QueryParameter String tags) {
            return check(Subject.TAG, tags, Messages.PolicyRule_NoTags());
        }

        @POST
        public FormValidation doCheckCredentials(@QueryParameter String credentials) {
            return check(Subject.CREDENTIAL, credentials, null);
        }

        private static FormValidation check(Subject subject, @CheckForNull String lines, @CheckForNull String ifEmpty) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            String text = Util.fixNull(lines);
            try {
                if (GlobPatterns.parse(subject, text).isEmpty() && ifEmpty != null) {
                    return FormValidation.error(ifEmpty);
                }
            } catch (IllegalArgumentException x) {
                return FormValidation.error(x.getMessage());
            }
            List<String> patterns =
                    new ArrayList<>(text.lines().map(String::strip).toList());
            boolean regularExpression = patterns.stream()
                    .anyMatch(line ->
                            line.startsWith("^") || line.endsWith("$") || line.contains(".*") || line.contains(".+"));
            return regularExpression
                    ? FormValidation.warning(Messages.PolicyRule_RegularExpression())
                    : FormValidation.ok();
        }
    }
}
