package io.jenkins.plugins.defendertags.leases;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The data of a {@link LeaseRepository}, indexed by holder, by key and by build. Guarded by the repository's lock. */
final class LeaseIndex {

    private final Map<String, Holding> byHolder = new LinkedHashMap<>();
    private final Map<LeaseKey, Set<Entry>> byKey = new HashMap<>();
    private final Map<String, Set<String>> byBuild = new HashMap<>();
    private int size;
    private final Set<Entry> stuck = new LinkedHashSet<>();

    /** What one holder holds. */
    static final class Holding {
        private LeaseHolder holder;
        /** Whether the holder itself will report its end. */
        boolean live;

        private final Map<TagOnMachine, Entry> entries = new LinkedHashMap<>();

        private Holding(LeaseHolder holder) {
            this.holder = holder;
        }

        LeaseHolder holder() {
            return holder;
        }

        @CheckForNull
        Entry get(TagOnMachine tag) {
            return entries.get(tag);
        }

        /** A copy, so that entries can be removed meanwhile. */
        List<Entry> entries() {
            return List.copyOf(entries.values());
        }

        boolean isNeeded() {
            return entries.values().stream().anyMatch(entry -> !entry.lease.isEnded());
        }
    }

    enum State {
        /** Nobody knows yet whether the tag was there before. The lease keeps others from removing it, and is in no file. */
        LOOKING,
        /** It has changed since its file was written. */
        UNSAVED,
        SAVED
    }

    static final class Entry {
        private Lease lease;
        private State state;

        Entry(Lease lease, State state) {
            this.lease = lease;
            this.state = state;
        }

        Lease lease() {
            return lease;
        }

        State state() {
            return state;
        }

        boolean isNoted() {
            return state != State.LOOKING;
        }
    }

    Holding holding(LeaseHolder holder) {
        if (holder.build() != null) {
            byBuild.computeIfAbsent(holder.build(), build -> new LinkedHashSet<>())
                    .add(holder.id());
        }
        return byHolder.computeIfAbsent(holder.id(), id -> new Holding(holder));
    }

    @CheckForNull
    Holding find(String holderId) {
        return byHolder.get(holderId);
    }

    /** The present form of a lease; null if it was dropped. */
    @CheckForNull
    Entry find(Lease lease) {
        Holding holding = byHolder.get(lease.holder().id());
        Entry entry = holding == null ? null : holding.get(lease.tagOnMachine());
        return entry != null && entry.lease.id().equals(lease.id()) ? entry : null;
    }

    Collection<Holding> holdings() {
        return byHolder.values();
    }

    Collection<Entry> of(LeaseKey key) {
        return List.copyOf(byKey.getOrDefault(key, Set.of()));
    }

    boolean contains(LeaseKey key) {
        return byKey.containsKey(key);
    }

    List<String> holdersOf(String build) {
        return List.copyOf(byBuild.getOrDefault(build, Set.of()));
    }

    int size() {
        return size;
    }

    /** The tags that could not be removed when their holder had ended. */
    Collection<Entry> stuck() {
        return stuck;
    }

    void add(Holding holding, Entry entry) {
        holding.entries.put(entry.lease.tagOnMachine(), entry);
        byKey.computeIfAbsent(entry.lease.key(), key -> new LinkedHashSet<>()).add(entry);
        count(entry, 1);
    }

    private void count(Entry entry, int change) {
        if (entry.isNoted()) {
            size += change;
            if (entry.lease.isStuck()) {
                if (change > 0) {
                    stuck.add(entry);
                } else {
                    stuck.remove(entry);
                }
            }
        }
    }

    void replace(Entry entry, Lease lease, State state) {
        count(entry, -1);
        entry.lease = lease;
        entry.state = state;
        count(entry, 1);
    }

    void remove(Entry entry) {
        Holding holding = byHolder.get(entry.lease.holder().id());
        holding.entries.remove(entry.lease.tagOnMachine());
        Set<Entry> sharing = byKey.get(entry.lease.key());
        sharing.remove(entry);
        if (sharing.isEmpty()) {
            byKey.remove(entry.lease.key());
        }
        count(entry, -1);
        forgetIfEmpty(holding);
    }

    void forgetIfEmpty(Holding holding) {
        if (holding.live || !holding.entries.isEmpty()) {
            return;
        }
        byHolder.remove(holding.holder.id());
        Set<String> ofBuild = byBuild.get(holding.holder.build());
        if (ofBuild != null) {
            ofBuild.remove(holding.holder.id());
            if (ofBuild.isEmpty()) {
                byBuild.remove(holding.holder.build());
            }
        }
    }

    /** @return the IDs of the holders that this concerns */
    Set<String> moveJob(String oldJob, String newJob) {
        Set<String> moved = new LinkedHashSet<>();
        for (String build : List.copyOf(byBuild.keySet())) {
            if (build.startsWith(oldJob + "#")) {
                moved.addAll(moveBuild(build, newJob + build.substring(oldJob.length())));
            }
        }
        return moved;
    }

    private Set<String> moveBuild(String build, String newBuild) {
        Set<String> holders = byBuild.remove(build);
        byBuild.put(newBuild, holders);
        for (String id : holders) {
            Holding holding = byHolder.get(id);
            holding.holder = holding.holder.movedTo(newBuild);
            holding.entries().forEach(entry -> replace(entry, entry.lease.heldBy(holding.holder), entry.state));
        }
        return holders;
    }

    /** @return the IDs of the holders that this concerns */
    Set<String> moveFolder(String oldFolder, String newFolder) {
        Set<String> moved = new LinkedHashSet<>();
        for (Holding holding : byHolder.values()) {
            for (Entry entry : holding.entries()) {
                LeaseCredential credential = entry.lease.credential().moved(oldFolder, newFolder);
                if (!credential.equals(entry.lease.credential())) {
                    replace(entry, entry.lease.moved(credential), entry.state);
                    moved.add(holding.holder.id());
                }
            }
        }
        return moved;
    }
}
