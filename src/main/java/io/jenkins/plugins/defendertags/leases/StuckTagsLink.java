package io.jenkins.plugins.defendertags.leases;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Api;
import hudson.model.ManagementLink;
import hudson.security.Permission;
import java.util.List;
import java.util.function.Predicate;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.HttpRedirect;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.Stapler;
import org.kohsuke.stapler.StaplerProxy;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;
import org.kohsuke.stapler.verb.POST;

/**
 * Manage Jenkins &gt; Defender tags to remove: which temporary tags could not be removed and why, and on request all others. For
 * administrators. The page and its API show one page of the table at a time.
 */
@Extension
@ExportedBean
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

    public Api getApi() {
        return new Api(this);
    }

    /** The page of the table that the present request is for. */
    public LeaseTable getTable() {
        StaplerRequest2 request = Stapler.getCurrentRequest2();
        return request == null
                ? table(null, false, null)
                : table(
                        request.getParameter("query"),
                        Boolean.parseBoolean(request.getParameter("all")),
                        request.getParameter("page"));
    }

    private static LeaseTable table(@CheckForNull String query, boolean all, @CheckForNull String page) {
        LeaseService service = LeaseService.get();
        return new LeaseTable(all ? service.all() : service.stuck(), query, all, page, service::isBeingRemoved);
    }

    /** The rows of the table's page. */
    @Exported
    public List<ShownLease> getTags() {
        return getTable().getRows();
    }

    /** The number of tags that the search finds, on all pages. */
    @Exported
    public int getFound() {
        return getTable().getPaging().getTotal();
    }

    @Exported
    public int getPage() {
        return getTable().getPaging().getPage();
    }

    @Exported
    public int getPages() {
        return getTable().getPaging().getPages();
    }

    /** The number of tags that could not be removed. */
    @Exported
    public int getStuck() {
        return LeaseService.get().countStuck();
    }

    /** The number of tags that are in use or about to be removed. */
    @Exported
    public int getHeld() {
        return LeaseService.get().count() - getStuck();
    }

    /** Paths of files that could not be read. */
    @Exported
    public List<String> getUnreadable() {
        return LeaseService.get().unreadable();
    }

    @POST
    public HttpResponse doRetry(@QueryParameter String id) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        LeaseService.get().retry(withId(id));
        return back();
    }

    /** Tries all again that the search finds. */
    @POST
    public HttpResponse doRetryAll(@QueryParameter String query) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        LeaseService.get().retry(LeaseTable.search(query).and(Lease::isStuck));
        return back();
    }

    @POST
    public HttpResponse doForget(@QueryParameter String id) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        LeaseService.get().forget(withId(id));
        return back();
    }

    private static Predicate<Lease> withId(@CheckForNull String id) {
        return lease -> lease.id().equals(id);
    }

    /** To the page of the table from which a form was sent. */
    private static HttpResponse back() {
        StaplerRequest2 request = Stapler.getCurrentRequest2();
        LeaseTable table = table(
                request.getParameter("query"),
                Boolean.parseBoolean(Util.fixNull(request.getParameter("all"))),
                request.getParameter("page"));
        return new HttpRedirect("." + table.getPaging().getHref());
    }
}
