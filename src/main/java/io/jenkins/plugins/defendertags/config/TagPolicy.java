package io.jenkins.plugins.defendertags.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.model.Descriptor;
import hudson.model.Job;
import hudson.util.FormValidation;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.support.DocumentedAbortException;
import java.text.Normalizer;
import java.util.Objects;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/**
 * Which tags jobs may add and remove, and who may name machines or sweep: part of the global configuration, and asked for every request, whatever it comes from. Patterns are {@link GlobPatterns}, one a line.
 */
public final class TagPolicy implements Describable<TagPolicy> {

    private static final String WHERE = " (Manage Jenkins > System > Defender Tags > ";
    private static final int SHOWN = 80;

    private String allowedTags = "";
    private String deniedTags = "MDE-Management";
    private boolean jobsMayNameMachines = true;
    private String namingCredentials = "";
    private String sweepingJobs = "";

    @DataBoundConstructor
    public TagPolicy() {
        // all is set by setters
    }

    /** Patterns of tags; none to allow all that are not denied. */
    public String getAllowedTags() {
        return allowedTags;
    }

    @DataBoundSetter
    public void setAllowedTags(@CheckForNull String allowedTags) {
        this.allowedTags = Util.fixNull(allowedTags).strip();
    }

    /** Patterns of tags that stay denied when they are allowed as well. */
    public String getDeniedTags() {
        return deniedTags;
    }

    @DataBoundSetter
    public void setDeniedTags(@CheckForNull String deniedTags) {
        this.deniedTags = Util.fixNull(deniedTags).strip();
    }

    /** Whether jobs may change other machines than the agent that they run on. */
    public boolean isJobsMayNameMachines() {
        return jobsMayNameMachines;
    }

    @DataBoundSetter
    public void setJobsMayNameMachines(boolean jobsMayNameMachines) {
        this.jobsMayNameMachines = jobsMayNameMachines;
    }

    /** Patterns of the IDs of the only credentials that machines may be named with; none for any credential. */
    public String getNamingCredentials() {
        return namingCredentials;
    }

    @DataBoundSetter
    public void setNamingCredentials(@CheckForNull String namingCredentials) {
        this.namingCredentials = Util.fixNull(namingCredentials).strip();
    }

    /** Patterns of the full names of the only jobs that may sweep tags; none if no job may. */
    public String getSweepingJobs() {
        return sweepingJobs;
    }

    @DataBoundSetter
    public void setSweepingJobs(@CheckForNull String sweepingJobs) {
        this.sweepingJobs = Util.fixNull(sweepingJobs).strip();
    }

    /** @throws IllegalArgumentException if a pattern is not usable, with a message that says which and why */
    void validate() {
        GlobPatterns.parse(allowedTags);
        GlobPatterns.parse(deniedTags);
        GlobPatterns.parse(namingCredentials);
        GlobPatterns.parse(sweepingJobs);
    }

    /** @throws AbortException if the job may not sweep tags off machines, with a message that names the rule */
    public void checkSweep(Job<?, ?> job) throws AbortException {
        if (GlobPatterns.parse(sweepingJobs).match(job.getFullName()) == null) {
            throw new DocumentedAbortException(
                    ErrorCode.SWEEP_NOT_ALLOWED,
                    "The job " + SingleLine.of(job.getFullName(), SHOWN) + " may not sweep tags" + WHERE
                            + "Jobs that may sweep). An administrator lists the jobs there.");
        }
    }

    /** @throws AbortException if the request is not allowed, with a message that names the rule */
    public void check(Tag tag, boolean namesMachines, String credentialsId) throws AbortException {
        check(tag);
        if (namesMachines) {
            checkNaming(credentialsId);
        }
    }

    private void checkNaming(String credentialsId) throws AbortException {
        GlobPatterns credentials = GlobPatterns.parse(namingCredentials);
        String remedy = " Leave machine and machines out to tag the agent that the build runs on.";
        if (!jobsMayNameMachines) {
            throw new DocumentedAbortException(
                    ErrorCode.NAMING_NOT_ALLOWED,
                    "Jobs may not name machines" + WHERE + "Jobs may name machines)." + remedy);
        }
        if (!credentials.isEmpty() && credentials.match(credentialsId) == null) {
            throw new DocumentedAbortException(
                    ErrorCode.NAMING_NOT_ALLOWED,
                    "Jobs may not name machines with the credential \"" + SingleLine.of(credentialsId, SHOWN) + "\""
                            + WHERE + "Only with these credentials)." + remedy);
        }
    }

    /** @throws AbortException if the tag may be neither added nor removed, with a message that names the rule */
    public void check(Tag tag) throws AbortException {
        GlobPatterns patterns = GlobPatterns.parse(deniedTags);
        String denied = Stream.of(tag.value(), plain(tag.value()))
                .map(patterns::match)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        if (denied != null) {
            throw refused(tag, "matches the denied pattern \"" + denied + "\"" + WHERE + "Denied tags).");
        }
        GlobPatterns allowed = GlobPatterns.parse(allowedTags);
        if (!allowed.isEmpty() && allowed.match(tag.value()) == null) {
            throw refused(tag, "matches none of the allowed patterns" + WHERE + "Allowed tags).");
        }
    }

    private static AbortException refused(Tag tag, String rule) {
        return new DocumentedAbortException(
                ErrorCode.TAG_NOT_ALLOWED, "The tag \"" + SingleLine.of(tag.value(), SHOWN) + "\" is not allowed: it " + rule);
    }

    /** Without what makes a tag only look different, or not even that: a denied tag cannot be had by a space at its end. */
    private static String plain(String tag) {
        return Normalizer.normalize(tag, Normalizer.Form.NFKC)
                .replaceAll("\\p{Cf}", "")
                .strip();
    }

    @Extension
    @Symbol("tagPolicy")
    public static final class DescriptorImpl extends Descriptor<TagPolicy> {

        @Override
        public String getDisplayName() {
            return Messages.TagPolicy_DisplayName();
        }

        @POST
        public FormValidation doCheckAllowedTags(@QueryParameter String allowedTags) {
            return checkPatterns(allowedTags);
        }

        @POST
        public FormValidation doCheckDeniedTags(@QueryParameter String deniedTags) {
            return checkPatterns(deniedTags);
        }

        @POST
        public FormValidation doCheckNamingCredentials(@QueryParameter String namingCredentials) {
            return checkPatterns(namingCredentials);
        }

        @POST
        public FormValidation doCheckSweepingJobs(@QueryParameter String sweepingJobs) {
            return checkPatterns(sweepingJobs);
        }

        private static FormValidation checkPatterns(String lines) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            String text = Util.fixNull(lines);
            try {
                GlobPatterns.parse(text);
            } catch (IllegalArgumentException x) {
                return FormValidation.error(x.getMessage());
            }
            boolean regularExpression = text.lines()
                    .map(String::strip)
                    .anyMatch(line ->
                            line.startsWith("^") || line.endsWith("$") || line.contains(".*") || line.contains(".+"));
            return regularExpression
                    ? FormValidation.warning(Messages.TagPolicy_RegularExpression())
                    : FormValidation.ok();
        }
    }
}
