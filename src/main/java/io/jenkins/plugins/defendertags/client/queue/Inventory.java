package io.jenkins.plugins.defendertags.client.queue;

import io.jenkins.plugins.defendertags.client.api.MachineListQuery;
import io.jenkins.plugins.defendertags.client.auth.Cloud;
import java.time.Duration;

/**
 * What is known of the list of all machines of the tenant, which answers any number of reads with one call for each page.
 * Guarded by the queue's lock.
 */
final class Inventory {

    /** For fewer reads it is not worth the time of a page, which has 10 MB and more. */
    static final int FEWEST_READS = 20;

    private static final Duration UNUSABLE = Duration.ofMinutes(30);

    /** How many pages it had, or has at least. */
    private int pages = 1;

    private int top = MachineListQuery.PAGE;
    private boolean unusable;
    private long unusableUntil;

    /** @param listCalls how many calls with a filter the reads would take */
    boolean isCheaper(int reads, int listCalls, long now) {
        if (unusable && now - unusableUntil >= 0) {
            unusable = false;
        }
        return !unusable && reads > FEWEST_READS && listCalls > pages;
    }

    MachineListQuery query(Cloud cloud) {
        return MachineListQuery.inventory(cloud, top);
    }

    /** A scan ended, or ends here because filters are cheaper. */
    void scanned(ListScan scan) {
        pages = scan.isComplete() ? scan.pages() : Math.max(pages, scan.pages() + 1);
    }

    /** A page was too large. */
    void setTop(int top) {
        this.top = top;
    }

    /** The list could not be read. */
    void refused(long now) {
        unusable = true;
        unusableUntil = now + UNUSABLE.toNanos();
    }
}
