package io.jenkins.plugins.defendertags.leases;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.leases.LeaseIndex.Entry;
import io.jenkins.plugins.defendertags.leases.LeaseIndex.Holding;
import io.jenkins.plugins.defendertags.leases.LeaseIndex.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Predicate;

/**
 * All leases in memory, found by key, by holder and by build in constant time. Thread-safe. Its lock is held for moments: nothing
 * here reads or writes a file, or calls what could block.
 */
final class LeaseRepository {

    private final LeaseIndex index = new LeaseIndex();

    /**
     * The content of a holder's file.
     *
     * @param leases empty if there should be no file
     * @param durable whether it holds something that must survive a crash of the machine
     */
    record Snapshot(List<Lease> leases, boolean durable) {}

    /**
     * What is to be done about a key after holders have ended.
     *
     * @param held whether another holder needs the tag
     * @param dropped ended leases for which nothing needs to be done
     * @param left ended leases whose tag is to be removed, at once or when the others have ended too
     */
    record Release(boolean held, List<Lease> dropped, List<Lease> left) {}

    /** Adds leases that were read from files. */
    synchronized void addAll(Collection<Lease> stored) {
        stored.forEach(lease -> index.add(index.holding(lease.holder()), new Entry(lease, State.SAVED)));
    }

    /** A holder begins, or goes on after a restart, and will report its end itself. */
    synchronized void enter(LeaseHolder holder) {
        index.holding(holder).live = true;
    }

    /**
     * Registers that a holder needs a tag on machines. From now on nobody removes the tag there.
     *
     * @return the machines where somebody must look whether the tag was there before; elsewhere this Jenkins added it
     * @throws CancellationException if the holder has ended
     */
    synchronized Set<MachineId> hold(
            LeaseHolder holder, Tag tag, Collection<MachineId> machines, LeaseCredential credential, Instant now) {
        Holding holding = index.holding(holder);
        if (!holding.live && holder instanceof LeaseHolder.Block) {
            index.forgetIfEmpty(holding);
            throw new CancellationException("The holder of the tag has ended");
        }
        Set<MachineId> toLook = new LinkedHashSet<>();
        for (MachineId machine : machines) {
            Entry own = holding.get(new TagOnMachine(machine, tag));
            if (own == null) {
                Lease lease = Lease.of(holding.holder(), machine, tag, credential, now);
                Lease added = addedByAny(lease.key());
                own = added == null
                        ? new Entry(lease, State.LOOKING)
                        : new Entry(lease.named(added.machineName()).asAdded(true), State.UNSAVED);
                index.add(holding, own);
            } else if (own.lease().isEnded() || !own.lease().credential().equals(credential)) {
                index.replace(own, own.lease().renewed(credential), own.isNoted() ? State.UNSAVED : State.LOOKING);
            }
            if (!own.lease().added()) {
                toLook.add(machine);
            }
        }
        return toLook;
    }

    @CheckForNull
    private Lease addedByAny(LeaseKey key) {
        return index.of(key).stream()
                .map(Entry::lease)
                .filter(Lease::added)
                .findFirst()
                .orElse(null);
    }

    /**
     * Notes what was seen on a machine.
     *
     * @param there whether the machine has the tag
     * @return whether the tag is to be added: it is not there, or another holder added it meanwhile
     * @throws CancellationException if the holder has ended
     */
    synchronized boolean decide(LeaseHolder holder, TagOnMachine tag, boolean there, @CheckForNull String machineName) {
        Holding holding = index.find(holder.id());
        Entry entry = holding == null ? null : holding.get(tag);
        if (entry == null || entry.lease().isEnded()) {
            throw new CancellationException("The holder of the tag has ended");
        }
        boolean added = !there || addedByAny(tag.key()) != null;
        Lease decided = entry.lease().named(machineName).asAdded(added);
        if (!entry.isNoted() || !decided.equals(entry.lease())) {
            index.replace(entry, decided, State.UNSAVED);
        }
        return added;
    }

    /** Forgets for which machines a holder has registered a tag and nobody has seen whether it was there. */
    synchronized void abandon(LeaseHolder holder, Tag tag, Collection<MachineId> machines) {
        for (MachineId machine : machines) {
            Holding holding = index.find(holder.id());
            Entry entry = holding == null ? null : holding.get(new TagOnMachine(machine, tag));
            if (entry != null && !entry.isNoted()) {
                index.remove(entry);
            }
        }
    }

    /** The holder has ended. Returns its leases. */
    synchronized List<Lease> leave(String holderId, Instant now) {
        Holding holding = index.find(holderId);
        if (holding == null) {
            return List.of();
        }
        holding.live = false;
        List<Lease> ended = end(holderId, lease -> true, now);
        index.forgetIfEmpty(holding);
        return ended;
    }

    /** The holder no longer needs some of its tags. Returns their leases. */
    synchronized List<Lease> end(String holderId, Predicate<Lease> which, Instant now) {
        Holding holding = index.find(holderId);
        List<Lease> ended = new ArrayList<>();
        for (Entry entry : holding == null ? List.<Entry>of() : holding.entries()) {
            if (!which.test(entry.lease())) {
                continue;
            }
            if (entry.isNoted()) {
                index.replace(entry, entry.lease().end(now), entry.state());
                ended.add(entry.lease());
            } else {
                index.remove(entry);
            }
        }
        return ended;
    }

    /** Drops the ended leases of a key for which nothing needs to be done, and returns those for which something does. */
    synchronized Release release(LeaseKey key) {
        Collection<Entry> sharing = index.of(key);
        boolean held = false;
        Set<Tag> addedByHolders = new HashSet<>();
        for (Entry entry : sharing) {
            if (!entry.lease().isEnded()) {
                held = true;
                if (entry.lease().added() && entry.state() == State.SAVED) {
                    addedByHolders.add(entry.lease().tag());
                }
            }
        }
        List<Lease> dropped = new ArrayList<>();
        List<Lease> left = new ArrayList<>();
        for (Entry entry : sharing) {
            Lease lease = entry.lease();
            if (lease.isEnded() && (!lease.added() || addedByHolders.contains(lease.tag()))) {
                dropped.add(lease);
                index.remove(entry);
            } else if (lease.isEnded()) {
                left.add(lease);
            }
        }
        return new Release(held, dropped, left);
    }

    /** The tag is gone, or stays for good: drops leases, unless their holder needs the tag again. */
    synchronized void drop(Collection<Lease> leases) {
        for (Lease lease : leases) {
            Entry entry = index.find(lease);
            if (entry != null && entry.lease().isEnded()) {
                index.remove(entry);
            }
        }
    }

    /** An attempt to remove the tag has failed. */
    synchronized void failed(Lease lease, RemovalAttempts attempts) {
        Entry entry = index.find(lease);
        if (entry != null && entry.lease().isEnded()) {
            index.replace(entry, entry.lease().failed(attempts), entry.state());
        }
    }

    /** Somebody added a tag for good: no holder removes it any more. Returns the leases that this concerns. */
    synchronized List<Lease> keep(TagOnMachine tag) {
        List<Lease> kept = new ArrayList<>();
        for (Entry entry : index.of(tag.key())) {
            if (entry.lease().added() && entry.lease().tagOnMachine().equals(tag)) {
                index.replace(entry, entry.lease().asAdded(false), State.UNSAVED);
                kept.add(entry.lease());
            }
        }
        return kept;
    }

    /** A job, and so its builds, have another full name. Returns the IDs of the holders that this concerns. */
    synchronized Set<String> movedJob(String oldJob, String newJob) {
        return index.moveJob(oldJob, newJob);
    }

    /** A folder, and so the place of its credentials, has another full name. Returns the same. */
    synchronized Set<String> movedFolder(String oldFolder, String newFolder) {
        return index.moveFolder(oldFolder, newFolder);
    }

    synchronized Snapshot snapshot(String holderId) {
        Holding holding = index.find(holderId);
        List<Lease> leases = new ArrayList<>();
        boolean durable = false;
        for (Entry entry : holding == null ? List.<Entry>of() : holding.entries()) {
            if (entry.isNoted()) {
                leases.add(entry.lease());
                durable |= entry.state() == State.UNSAVED;
            }
        }
        return new Snapshot(leases, durable);
    }

    /** The leases are in their file. */
    synchronized void saved(Collection<Lease> leases) {
        for (Lease lease : leases) {
            Entry entry = index.find(lease);
            if (entry != null && entry.lease().equals(lease)) {
                index.replace(entry, lease, State.SAVED);
            }
        }
    }

    /** The blocks and times that a build has. */
    synchronized List<LeaseHolder> holdersOf(String build) {
        return index.holdersOf(build).stream()
                .map(id -> index.find(id).holder())
                .toList();
    }

    /** The holders that have not ended as far as is known, but will not report their end themselves. */
    synchronized List<LeaseHolder> unattended() {
        return index.holdings().stream()
                .filter(holding ->
                        !(holding.live && holding.holder() instanceof LeaseHolder.Block) && holding.isNeeded())
                .map(Holding::holder)
                .toList();
    }

    /** The leases that meet a condition, of those that are noted. */
    synchronized List<Lease> find(Predicate<Lease> condition) {
        return index.holdings().stream()
                .flatMap(holding -> holding.entries().stream())
                .filter(entry -> entry.isNoted() && condition.test(entry.lease()))
                .map(Entry::lease)
                .toList();
    }

    /** The leases of one tag on one machine, of those that are noted. */
    synchronized List<Lease> of(LeaseKey key) {
        return index.of(key).stream().filter(Entry::isNoted).map(Entry::lease).toList();
    }

    /** Whether somebody holds the tag or is about to, or Jenkins is still to remove it. */
    synchronized boolean isHeld(LeaseKey key) {
        return index.contains(key);
    }

    synchronized int size() {
        return index.size();
    }

    /** The tags that could not be removed when their holder had ended. */
    synchronized List<Lease> stuck() {
        return index.stuck().stream().map(Entry::lease).toList();
    }

    synchronized int countStuck() {
        return index.stuck().size();
    }
}
