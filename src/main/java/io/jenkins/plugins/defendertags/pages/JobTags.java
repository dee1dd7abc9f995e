package io.jenkins.plugins.defendertags.pages;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.model.Action;
import hudson.model.InvisibleAction;
import hudson.model.Job;
import java.util.Collection;
import java.util.List;
import jenkins.model.TransientActionFactory;

/** The part of a job's page that shows the tags of the machines of its last build. */
public final class JobTags extends InvisibleAction {

    private final Job<?, ?> job;

    private JobTags(Job<?, ?> job) {
        this.job = job;
    }

    /** Null if there is nothing to show. */
    @CheckForNull
    public LastBuild getLast() {
        return LastBuild.of(job);
    }

    /** Adds it to every job. Builds are only loaded when the page is shown. */
    @SuppressWarnings("rawtypes")
    @Extension
    public static final class Factory extends TransientActionFactory<Job> {

        @Override
        public Class<Job> type() {
            return Job.class;
        }

        @Override
        public Class<? extends Action> actionType() {
            return JobTags.class;
        }

        @Override
        public Collection<? extends Action> createFor(Job job) {
            return List.of(new JobTags(job));
        }
    }
}
