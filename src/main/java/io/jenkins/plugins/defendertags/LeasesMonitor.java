package io.jenkins.plugins.defendertags;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.AdministrativeMonitor;

/** Tells administrators that tags are left on machines. */
@Extension
public final class LeasesMonitor extends AdministrativeMonitor {

    @Override
    public boolean isActivated() {
        Leases leases = Leases.get();
        return !leases.stuck().isEmpty() || !leases.unreadable().isEmpty();
    }

    @Override
    public String getDisplayName() {
        return Messages.LeasesLink_DisplayName();
    }

    /** Where to read more, below Jenkins' own URL. */
    @NonNull
    public String getPage() {
        return "manage/" + LeasesLink.URL + "/";
    }
}
