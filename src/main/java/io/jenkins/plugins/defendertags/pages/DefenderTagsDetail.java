package io.jenkins.plugins.defendertags.pages;

import hudson.Extension;
import hudson.model.Run;
import io.jenkins.plugins.defendertags.record.DefenderTagsAction;
import io.jenkins.plugins.defendertags.record.TagRecord;
import java.util.ArrayList;
import java.util.List;
import jenkins.model.details.Detail;
import jenkins.model.details.DetailFactory;

/** How many tags a build has changed, in the line below its name on the new build page. */
public final class DefenderTagsDetail extends Detail {

    private final String icon;
    private final String text;
    private final String link;

    private DefenderTagsDetail(Run<?, ?> run, String icon, String text, String link) {
        super(run);
        this.icon = icon;
        this.text = text;
        this.link = link;
    }

    @Override
    public String getIconClassName() {
        return icon;
    }

    @Override
    public String getDisplayName() {
        return text;
    }

    @Override
    public String getLink() {
        return link;
    }

    /** Adds one detail for what was done, and one for what failed. */
    @SuppressWarnings("rawtypes")
    @Extension
    public static final class Factory extends DetailFactory<Run> {

        @Override
        public Class<Run> type() {
            return Run.class;
        }

        @Override
        public List<? extends Detail> createFor(Run run) {
            DefenderTagsAction action = ((Run<?, ?>) run).getAction(DefenderTagsAction.class);
            return action == null ? List.of() : details(run, action.getChanges());
        }

        private static List<Detail> details(Run<?, ?> run, List<TagRecord> changes) {
            int changed = 0;
            int tried = 0;
            int failed = 0;
            for (TagRecord change : changes) {
                if (!change.isSuccess()) {
                    failed++;
                } else if (change.isDryRun()) {
                    tried++;
                } else if (!ShownChange.isKept(change)) {
                    changed++;
                }
            }
            String all = DefenderTagsTab.URL + "/";
            List<Detail> details = new ArrayList<>();
            if (changed > 0) {
                details.add(new DefenderTagsDetail(run, "symbol-tag", Messages.Detail_Changed(changed), all));
            }
            if (tried > 0) {
                details.add(new DefenderTagsDetail(run, "symbol-tag", Messages.Detail_DryRun(tried), all));
            }
            if (failed > 0) {
                details.add(new DefenderTagsDetail(
                        run, "symbol-warning", Messages.Detail_Failed(failed), all + "?failed=true"));
            }
            return details;
        }
    }
}
