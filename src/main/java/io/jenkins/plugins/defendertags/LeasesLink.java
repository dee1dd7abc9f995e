package io.jenkins.plugins.defendertags;

import edu.umd.cs.findbugs.annotations.NonNull;
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
public final class LeasesLink extends ManagementLink implements StaplerProxy {

    static final String URL = "defender-tags";

    @Override
    public String getIconFileName() {
        return "symbol-tag";
    }

    @Override
    public String getDisplayName() {
        return Messages.LeasesLink_DisplayName();
    }

    @Override
    public String getDescription() {
        return Messages.LeasesLink_Description();
    }

    @Override
    public String getUrlName() {
        return URL;
    }

    @NonNull
    @Override
    public Permission getRequiredPermission() {
        return Jenkins.ADMINISTER;
    }

    @NonNull
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
    @NonNull
    public List<Lease> getStuck() {
        return Leases.get().stuck();
    }

    /** How many tags are on machines for blocks under way, or about to be removed. */
    public int getHeld() {
        return Leases.get().all().size() - getStuck().size();
    }

    /** Paths of files that could not be read. */
    @NonNull
    public List<String> getUnreadable() {
        return Leases.get().unreadable();
    }

    @POST
    public HttpResponse doRetry(@QueryParameter String id) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        Leases.get().retry(id);
        return HttpResponses.redirectToDot();
    }

    @POST
    public HttpResponse doForget(@QueryParameter String id) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        Leases.get().forget(id);
        return HttpResponses.redirectToDot();
    }
}
