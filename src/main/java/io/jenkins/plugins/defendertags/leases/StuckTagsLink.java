package io.jenkins.plugins.defendertags.leases;

import hudson.Extension;
import hudson.model.ManagementLink;
import hudson.security.Permission;
import java.util.List;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.HttpResponses;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerProxy;
import org.kohsuke.stapler.verb.POST;

/** Manage Jenkins &gt; Defender tags to remove: what blocks have left on machines, and why. For administrators. */
@Extension
public final class StuckTagsLink extends ManagementLink implements StaplerProxy {

    static final String URL = "defender-tags";

    @Override
    public String getIconFileName() {
        return "symbol-tag";
    }

    @Override
    public String getDisplayName() {
        return Messages.StuckTagsLink_DisplayName();
    }

    @Override
    public String getDescription() {
        return Messages.StuckTagsLink_Description();
    }

    @Override
    public String getUrlName() {
        return URL;
    }

    @Override
    public Permission getRequiredPermission() {
        return Jenkins.ADMINISTER;
    }

    @Override
    public Category getCategory() {
        return Category.TROUBLESHOOTING;
    }

    @Override
    public Object getTarget() {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        return this;
    }

    /** What could not be removed. */
    public List<StuckTag> getStuck() {
        return LeaseService.get().stuck().stream().map(StuckTag::new).toList();
    }

    /** How many tags are on machines for blocks under way, or about to be removed. */
    public int getHeld() {
        return LeaseService.get().count() - LeaseService.get().countStuck();
    }

    /** Paths of files that could not be read. */
    public List<String> getUnreadable() {
        return LeaseService.get().unreadable();
    }

    @POST
    public HttpResponse doRetry(@QueryParameter String id) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        LeaseService.get().retry(lease -> lease.id().equals(id));
        return HttpResponses.redirectToDot();
    }

    @POST
    public HttpResponse doForget(@QueryParameter String id) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        LeaseService.get().forget(lease -> lease.id().equals(id));
        return HttpResponses.redirectToDot();
    }
}
