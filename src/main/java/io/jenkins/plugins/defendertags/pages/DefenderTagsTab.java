package io.jenkins.plugins.defendertags.pages;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.model.Action;
import hudson.model.Run;
import io.jenkins.plugins.defendertags.record.DefenderTagsAction;
import io.jenkins.plugins.defendertags.record.TagRecord;
import java.util.Collection;
import java.util.List;
import jenkins.management.Badge;
import jenkins.model.Tab;
import jenkins.model.TransientActionFactory;
import org.kohsuke.stapler.Stapler;
import org.kohsuke.stapler.StaplerRequest2;

/**
 * What people see of a build's changes: the summary on its page, and a page of their own with a table of all. Whoever may see
 * the build sees them. A tab on the new build page, a link in the side panel on the old one.
 */
public final class DefenderTagsTab extends Tab {

    static final String URL = "defender-tags";

    private static final String CARD = DefenderTagsTab.class.getName() + ".card";

    private final DefenderTagsAction action;

    private DefenderTagsTab(Run<?, ?> run, DefenderTagsAction action) {
        super(run);
        this.action = action;
    }

    @Override
    public String getIconFileName() {
        return "symbol-tag";
    }

    @Override
    public String getDisplayName() {
        return Messages.DefenderTagsTab_DisplayName();
    }

    @Override
    public String getUrlName() {
        return URL;
    }

    /** How many changes failed, if any did. */
    @CheckForNull
    @Override
    public Badge getBadge() {
        long failed = action.getChanges().stream()
                .filter(change -> !change.isSuccess())
                .count();
        return failed == 0
                ? null
                : new Badge(String.valueOf(failed), Messages.DefenderTagsTab_Failed(failed), Badge.Severity.DANGER);
    }

    public BuildSummary getSummary() {
        return new BuildSummary(action.getChanges());
    }

    /** The page being rendered has the changes in a card, so that the summary for older pages must not repeat them. */
    public void markAsCard() {
        StaplerRequest2 request = Stapler.getCurrentRequest2();
        if (request != null) {
            request.setAttribute(CARD, true);
        }
    }

    public boolean isShownAsCard() {
        StaplerRequest2 request = Stapler.getCurrentRequest2();
        return request != null && request.getAttribute(CARD) != null;
    }

    /** The page of the table that the present request is for. */
    public ChangeTable getTable() {
        List<TagRecord> changes = action.getChanges();
        StaplerRequest2 request = Stapler.getCurrentRequest2();
        return request == null
                ? new ChangeTable(changes, null, false, null)
                : new ChangeTable(
                        changes,
                        request.getParameter("query"),
                        Boolean.parseBoolean(request.getParameter("failed")),
                        request.getParameter("page"));
    }

    /** Adds them to builds that have changes. */
    @SuppressWarnings("rawtypes")
    @Extension
    public static final class Factory extends TransientActionFactory<Run> {

        @Override
        public Class<Run> type() {
            return Run.class;
        }

        @Override
        public Class<? extends Action> actionType() {
            return DefenderTagsTab.class;
        }

        @Override
        public Collection<? extends Action> createFor(Run run) {
            DefenderTagsAction action = run.getAction(DefenderTagsAction.class);
            return action == null ? List.of() : List.of(new DefenderTagsTab(run, action));
        }
    }
}
