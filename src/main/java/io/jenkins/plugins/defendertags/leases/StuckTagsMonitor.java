package io.jenkins.plugins.defendertags.leases;

import hudson.Extension;
import hudson.model.AdministrativeMonitor;

/** Tells administrators that tags are left on machines. */
@Extension
public final class StuckTagsMonitor extends AdministrativeMonitor {

    @Override
    public boolean isActivated() {
        LeaseService leases = LeaseService.get();
        return leases.countStuck() > 0 || !leases.unreadable().isEmpty();
    }

    @Override
    public String getDisplayName() {
        return Messages.StuckTagsLink_DisplayName();
    }

    /** Where to read more, below Jenkins' own URL. */
    public String getPage() {
        return "manage/" + StuckTagsLink.URL + "/";
    }
}
