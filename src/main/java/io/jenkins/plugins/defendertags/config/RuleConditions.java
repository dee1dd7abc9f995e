package io.jenkins.plugins.defendertags.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.config.GlobPatterns.Subject;
import java.util.Set;

/**
 * What requests a {@link PolicyRule} fits, with its patterns parsed once. Knows nothing of Jenkins.
 *
 * @param credentials empty for any credential
 * @param namedMachines whether it fits requests that name machines, too
 * @param lookAlikes whether it fits tags that only look like one that it names
 */
record RuleConditions(
        GlobPatterns jobs,
        GlobPatterns tags,
        GlobPatterns credentials,
        Set<TagAction> actions,
        boolean namedMachines,
        boolean lookAlikes) {

    /** What of a request is compared with patterns, prepared once for all rules. */
    record Subjects(@CheckForNull int[] job, int[] tag, int[] plainTag, int[] credential) {

        static Subjects of(PolicyRequest request) {
            return new Subjects(
                    fold(request.job()),
                    Subject.TAG.fold(request.tag().value()),
                    Subject.TAG.fold(request.plainTag()),
                    Subject.CREDENTIAL.fold(request.credentialsId()));
        }

        /** For a request that has no tag. */
        static Subjects of(String job, String credentialsId) {
            return new Subjects(fold(job), new int[0], new int[0], Subject.CREDENTIAL.fold(credentialsId));
        }

        @CheckForNull
        private static int[] fold(@CheckForNull String job) {
            return job == null ? null : Subject.JOB.fold(job);
        }
    }

    boolean fit(PolicyRequest request, Subjects subjects) {
        return actions.contains(request.action())
                && (namedMachines || !request.namesMachines())
                && fitJob(subjects)
                && (tags.fit(subjects.tag()) || lookAlikes && tags.fit(subjects.plainTag()));
    }

    boolean fitJob(Subjects subjects) {
        int[] job = subjects.job();
        boolean fitsJob = job == null ? jobs.fitsAll() : jobs.fit(job);
        return fitsJob && (credentials.isEmpty() || credentials.fit(subjects.credential()));
    }
}
