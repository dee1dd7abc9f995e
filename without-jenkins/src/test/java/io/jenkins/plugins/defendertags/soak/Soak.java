package io.jenkins.plugins.defendertags.soak;

import java.util.List;

/** The program behind {@code ./dev soak}: prints lines of name and value, which docs/performance.md explains. */
public final class Soak {

    private static final int MINUTES = 10;

    /** A fifth of the time; most of the rest is for kills. */
    private static final long BURSTS_PER_MINUTE = 12_000_000_000L;

    private Soak() {}

    /** @param arguments {@code --minutes N}; {@code --maven PATH} to kill a real Jenkins with */
    public static void main(String[] arguments) throws Exception {
        List<String> options = List.of(arguments);
        int given = options.indexOf("--minutes");
        int minutes = given < 0 ? MINUTES : Integer.parseInt(options.get(given + 1));
        long end = System.nanoTime() + minutes * 60_000_000_000L;
        FaultSoak faults = new FaultSoak();
        faults.run(1);
        System.out.println("faults_tried " + faults.tried);
        System.out.println("changes_lost " + faults.lost);
        System.out.println("order_broken " + faults.orderBroken);
        int hangs = faults.hangs.get();
        BurstSoak bursts = new BurstSoak(System.nanoTime());
        bursts.run(System.nanoTime() + minutes * BURSTS_PER_MINUTE);
        System.out.println("burst_rounds " + bursts.rounds);
        System.out.println("burst_changes " + bursts.changes);
        System.out.println("burst_lost " + bursts.lost);
        hangs += bursts.hangs;
        int maven = options.indexOf("--maven");
        if (maven < 0) {
            System.out.println("kills not tried: the Jenkins artifacts cannot be had here");
        } else {
            KillSoak kills = new KillSoak(options.get(maven + 1));
            kills.run(end);
            hangs += kills.hangs;
            System.out.println("kills " + kills.kills);
            System.out.println("builds_tried " + kills.builds);
            System.out.println("builds_wrong " + kills.wrong);
            System.out.println("leases_leaked " + kills.leaked);
            System.out.println("removed_too_early " + kills.removedTooEarly);
            System.out.println("secret_hits " + kills.secretHits);
        }
        System.out.println("hangs " + hangs);
        System.exit(0);
    }
}
