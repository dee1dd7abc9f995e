package io.jenkins.plugins.defendertags.leases;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Computer;
import hudson.model.Run;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import io.jenkins.plugins.defendertags.service.DefenderService;
import io.jenkins.plugins.defendertags.support.Troubleshooting;
import java.io.File;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * Who holds which tag on which machine, so that each is removed when its last block has ended, whatever ended it, or its
 * agent is gone. A lease is
 * on disk before its tag is added, and until the tag is removed. Thread-safe; there is one for each controller.
 *
 * <p>What is about one tag of one machine is done in turn: otherwise a block could find a tag there that another is about to
 * remove. Nothing that waits for its turn holds a thread.
 */
@Extension
public final class LeaseService {

    private static final Logger LOGGER = Logger.getLogger(LeaseService.class.getName());
    /** Neither Pipeline's own thread nor those that call Defender are for files. Acts as Jenkins itself. */
    private static final Executor POOL = Computer.threadPoolForRemoting;

    private LeaseStore files;
    /** By ID; null until they are read. */
    private Map<String, Lease> leases;
    /** The blocks that will say themselves when they have ended. */
    private final Set<String> live = new HashSet<>();
    /** What comes last of all that waits for its turn. */
    private final Map<Lease.Key, CompletableFuture<?>> turns = new HashMap<>();

    public static LeaseService get() {
        return ExtensionList.lookupSingleton(LeaseService.class);
    }

    private synchronized Map<String, Lease> leases() {
        if (leases == null) {
            leases = new LinkedHashMap<>();
            files = new LeaseStore(new File(Jenkins.get().getRootDir(), "defender-tags"));
            files.read().forEach(lease -> leases.put(lease.getId(), lease));
        }
        return leases;
    }

    public synchronized List<Lease> all() {
        return List.copyOf(leases().values());
    }

    /** What could not be removed when its block had ended. */
    public List<Lease> stuck() {
        return all().stream()
                .filter(lease -> lease.isEnded() && lease.getProblem() != null)
                .toList();
    }

    /** Paths of the files that could not be read. */
    synchronized List<String> unreadable() {
        leases();
        return files.setAside();
    }

    private synchronized List<Lease> find(Predicate<Lease> condition) {
        return leases().values().stream().filter(condition).toList();
    }

    /** A block begins, or goes on after a restart; or an agent is connected. */
    public synchronized void enter(String block) {
        live.add(block);
    }

    /**
     * Keeps in mind that a block is about to add a tag, unless the machine has it already and not from a block.
     *
     * @param look asks Defender for the machine
     * @return null if the tag may be added now; the machine if it has the tag anyway, in whatever spelling
     */
    public CompletableFuture<Machine> acquire(Lease wanted, Supplier<CompletableFuture<Machine>> look) {
        return inTurn(wanted.key(), () -> {
            if (join(wanted)) {
                return CompletableFuture.completedFuture(null);
            }
            return look.get().handleAsync((machine, problem) -> keepUnlessThere(wanted, machine, problem), POOL);
        });
    }

    private synchronized boolean join(Lease wanted) throws CompletionException {
        List<Lease> others = find(lease -> lease.key().equals(wanted.key()));
        if (others.isEmpty()) {
            return false;
        }
        Lease own = others.stream()
                .filter(lease -> lease.block().equals(wanted.block()) && !lease.isEnded())
                .findFirst()
                .orElse(null);
        if (own == null) {
            keep(wanted.named(others.get(0).machineName()));
        } else if (!own.credential().equals(wanted.credential())) {
            replace(own.with(wanted.credential()));
        }
        return true;
    }

    private Machine keepUnlessThere(Lease wanted, Machine machine, Throwable problem) {
        Lease.Key key = wanted.key();
        if (problem != null && !DefenderException.isUnknownMachine(problem)) {
            throw new CompletionException(DefenderException.unwrap(problem));
        }
        if (machine != null && machine.isAfter(new TagChange(TagAction.ADD, key.tag(), key.machine()))) {
            return machine;
        }
        keep(wanted.named(machine == null ? null : machine.computerDnsName()));
        return null;
    }

    private synchronized void keep(Lease lease) {
        if (!live.contains(lease.block())) {
            throw new CancellationException("The block has ended");
        }
        try {
            files.write(lease);
        } catch (IOException x) {
            throw new CompletionException(new AbortException("Jenkins could not keep in mind that the tag \""
                    + lease.getTag() + "\" is to be removed again, and did not add it: " + x));
        }
        leases().put(lease.getId(), lease);
    }

    /** A disk that is full must not keep a tag from being removed, so that is only logged. */
    private synchronized void replace(Lease lease) {
        leases().put(lease.getId(), lease);
        try {
            files.write(lease);
        } catch (IOException x) {
            LOGGER.log(Level.WARNING, x, () -> "Could not write the lease " + lease.getId());
        }
    }

    private synchronized void drop(Collection<Lease> done) {
        for (Lease lease : done) {
            leases().remove(lease.getId());
            try {
                files.delete(lease);
            } catch (IOException x) {
                LOGGER.log(Level.WARNING, x, () -> "Could not delete the lease " + lease.getId());
            }
        }
    }

    /**
     * A block has ended: removes its tags, as far as no other block holds them. What cannot be removed stays, to be tried
     * again.
     *
     * @param log is told what happens, one line at a time
     * @return completes normally when all were tried
     */
    CompletableFuture<Void> release(String block, Consumer<String> log) {
        return CompletableFuture.supplyAsync(() -> leave(block), POOL).thenCompose(ended -> remove(ended, log));
    }

    /** The same for an agent, whose name may be another agent's at once. Blocks for as long as a few small files take. */
    public void releaseNow(String agent, Consumer<String> log) {
        remove(leave(agent), log);
    }

    private synchronized List<Lease> leave(String block) {
        live.remove(block);
        return end(find(lease -> lease.block().equals(block)));
    }

    /** Of what an agent holds, only this is still wanted: the rest is removed as by {@link #release}. */
    public CompletableFuture<Void> retain(String agent, Predicate<Lease.Key> wanted, Consumer<String> log) {
        return CompletableFuture.supplyAsync(
                        () -> end(find(
                                lease -> lease.block().equals(agent) && !lease.isEnded() && !wanted.test(lease.key()))),
                        POOL)
                .thenCompose(ended -> remove(ended, log));
    }

    /** A build has ended, so its blocks have, even if they could not say so. */
    void ended(Run<?, ?> build) {
        String id = build.getExternalizableId();
        List<Lease> left = find(lease -> id.equals(lease.getBuild()) && !lease.isEnded());
        if (!left.isEmpty()) {
            POOL.execute(() -> {
                synchronized (this) {
                    left.forEach(lease -> live.remove(lease.block()));
                }
                remove(end(left), LOGGER::info);
            });
        }
    }

    /** Tries again what is due, and takes over from builds that are gone. */
    public void sweep() {
        end(find(lease -> !lease.isEnded()).stream()
                .filter(lease -> !isNeeded(lease))
                .toList());
        Instant now = Instant.now();
        remove(find(lease -> lease.isDue(now)), LOGGER::info);
    }

    private boolean isNeeded(Lease lease) {
        if (lease.getBuild() == null) {
            return AgentLeases.isWantedByAny(lease);
        }
        synchronized (this) {
            if (live.contains(lease.block())) {
                return true;
            }
        }
        Run<?, ?> build = TagRemoval.findBuild(lease);
        return build != null && build.isBuilding();
    }

    /** Tries again at once. */
    public void retry(String id) {
        remove(find(lease -> lease.getId().equals(id) && lease.isEnded()), LOGGER::info);
    }

    /** Leaves a tag where it is, if its block has ended. */
    public void forget(String id) {
        drop(find(lease -> lease.getId().equals(id) && lease.isEnded()));
    }

    /** A job has another full name. */
    synchronized void moved(String oldName, String newName) {
        find(lease -> lease.getBuild() != null && lease.getBuild().startsWith(oldName + "#"))
                .forEach(lease -> replace(lease.moved(newName + lease.getBuild().substring(oldName.length()))));
    }

    private synchronized List<Lease> end(List<Lease> left) {
        List<Lease> ended = left.stream()
                .map(lease -> leases().get(lease.getId()))
                .filter(Objects::nonNull)
                .map(Lease::ended)
                .toList();
        ended.forEach(this::replace);
        return ended;
    }

    private CompletableFuture<Void> remove(List<Lease> ended, Consumer<String> log) {
        return CompletableFuture.allOf(ended.stream()
                .map(Lease::key)
                .distinct()
                .map(key -> inTurn(key, () -> remove(key, log)))
                .toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> remove(Lease.Key key, Consumer<String> log) {
        Lease lease = next(key, log);
        return lease == null
                ? CompletableFuture.completedFuture(null)
                : TagRemoval.start(lease, log).handleAsync((done, problem) -> settle(lease, problem, log), POOL);
    }

    /** The lease to act for: of several, the one that was tried least, since the others' credential may have failed. */
    @CheckForNull
    private synchronized Lease next(Lease.Key key, Consumer<String> log) {
        List<Lease> sharing = find(lease -> lease.key().equals(key));
        List<Lease> ended = sharing.stream().filter(Lease::isEnded).toList();
        if (ended.size() < sharing.size()) {
            ended.forEach(lease -> log.accept("Left \"" + lease.getTag() + "\" on " + lease.getMachine()
                    + ", because another block or the agent needs it"));
            drop(ended);
            return null;
        }
        return ended.stream().min(Comparator.comparingInt(Lease::getAttempts)).orElse(null);
    }

    private Void settle(Lease lease, @CheckForNull Throwable problem, Consumer<String> log) {
        if (problem == null) {
            drop(find(other -> other.key().equals(lease.key()) && other.isEnded()));
        } else if (!DefenderService.get().isStopping()) { // else it tells nothing
            Throwable cause = DefenderException.unwrap(problem);
            Lease failed = lease.failed(Troubleshooting.problem(cause));
            LOGGER.log(Level.FINE, cause, () -> "Could not remove the tag of lease " + lease.getId());
            replaceIfKept(failed);
            log.accept("Could not remove \"" + lease.getTag() + "\" from " + lease.getMachine() + ": "
                    + failed.getProblem() + " Jenkins tries again, for " + Lease.TRIED_FOR.toDays()
                    + " days; see Manage Jenkins > Defender tags to remove.");
        }
        return null;
    }

    private synchronized void replaceIfKept(Lease lease) {
        Lease kept = leases().get(lease.getId());
        if (kept != null) { // else it was forgotten meanwhile
            replace(lease.moved(kept.getBuild()));
        }
    }

    /** Whether a block holds the tag, or has left it and Jenkins is still about to remove it. */
    synchronized boolean isHeld(Lease.Key key) {
        return leases().values().stream().anyMatch(lease -> lease.key().equals(key));
    }

    private <T> CompletableFuture<T> inTurn(Lease.Key key, Supplier<CompletableFuture<T>> task) {
        CompletableFuture<T> end;
        synchronized (this) {
            CompletableFuture<?> before = turns.getOrDefault(key, CompletableFuture.completedFuture(null));
            end = before.handle((done, problem) -> null).thenComposeAsync(start -> task.get(), POOL);
            turns.put(key, end);
        }
        end.whenComplete((done, problem) -> {
            synchronized (this) {
                turns.remove(key, end);
            }
        });
        return end;
    }
}
