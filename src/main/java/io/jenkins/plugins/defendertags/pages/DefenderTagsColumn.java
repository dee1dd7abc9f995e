package io.jenkins.plugins.defendertags.pages;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.model.Job;
import hudson.views.ListViewColumn;
import hudson.views.ListViewColumnDescriptor;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** A column for lists of jobs: the tags of the machines of each job's last build. */
public final class DefenderTagsColumn extends ListViewColumn {

    @DataBoundConstructor
    public DefenderTagsColumn() {}

    /** @param item a row of the list: a job, or something else that has no builds, such as a folder */
    @CheckForNull
    public LastBuild last(@CheckForNull Object item) {
        return item instanceof Job<?, ?> job ? LastBuild.of(job) : null;
    }

    @Extension(ordinal = DEFAULT_COLUMNS_ORDINAL_PROPERTIES_END)
    @Symbol("defenderTagsColumn")
    public static final class DescriptorImpl extends ListViewColumnDescriptor {

        @Override
        public String getDisplayName() {
            return Messages.DefenderTagsColumn_DisplayName();
        }

        @Override
        public boolean shownByDefault() {
            return false;
        }
    }
}
