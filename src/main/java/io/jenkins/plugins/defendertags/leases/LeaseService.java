package io.jenkins.plugins.defendertags.leases;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.init.InitMilestone;
import hudson.init.Initializer;
import hudson.model.Computer;
import hudson.model.Run;
import io.jenkins.plugins.defendertags.client.http.DaemonThreads;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.queue.WaitStatus;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import jenkins.util.SystemProperties;

/**
 * Who holds which tag on which machine, so that each tag that Jenkins added is removed when its last holder has ended, whatever
 * ended it. A lease is on disk before its tag is added, and until the tag is removed. Thread-safe; there is one for each
 * controller. No method waits for Defender or for the disk.
 */
@Extension
public final class LeaseService {

    private static final Logger LOGGER = Logger.getLogger(LeaseService.class.getName());
    /** Acts as Jenkins itself. For what looks up builds or credentials, or writes logs. */
    private static final Executor POOL = Computer.threadPoolForRemoting;

    /** How long agents that are gone wait for the next one, in milliseconds. */
    private static final String MOMENT = LeaseService.class.getName() + ".moment";

    private static final int WRITING_THREADS = 4;

    private final LeaseRepository repository = new LeaseRepository();
    private final LeaseStore store =
            new LeaseStore(Jenkins.get().getRootDir().toPath().resolve("defender-tags"));
    private final LeaseWriter writer = new LeaseWriter(repository, store, writingThreads());
    private final Removals removals = new Removals(repository, writer, POOL);
    private final TimeLeases times = new TimeLeases(repository, writer, removals);
    /** Agents often go together, such as those of a cloud: their tags are removed together. */
    private final Queue<LeaseKey> ofAgents = new ConcurrentLinkedQueue<>();

    private final KeyedSequencer<LeaseService> gathering = new KeyedSequencer<>(task ->
            CompletableFuture.delayedExecutor(SystemProperties.getLong(MOMENT, 1000L), TimeUnit.MILLISECONDS, POOL)
                    .execute(task));
    private volatile boolean read;

    /** Few, because each write can take long on a slow disk, and the disk does several at once. */
    private static Executor writingThreads() {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                WRITING_THREADS,
                WRITING_THREADS,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                DaemonThreads.named("defender-tags-leases"));
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    public static LeaseService get() {
        LeaseService service = ExtensionList.lookupSingleton(LeaseService.class);
        if (!service.read) {
            service.read();
        }
        return service;
    }

    /** Reads the files while Jenkins starts, so that nobody has to wait for that later. */
    @Initializer(after = InitMilestone.EXTENSIONS_AUGMENTED)
    public static void readAtStart() {
        get();
    }

    private synchronized void read() {
        if (!read) {
            repository.addAll(store.read());
            read = true;
        }
    }

    /** The leases that meet a condition. For pages and tests; takes time for each lease there is. */
    public List<Lease> find(Predicate<Lease> condition) {
        return repository.find(condition);
    }

    /** All leases. */
    public List<Lease> all() {
        return find(lease -> true);
    }

    /** The tags that could not be removed when their holder had ended. */
    public List<Lease> stuck() {
        return repository.stuck();
    }

    /** The number of tags that could not be removed when their holder had ended. */
    public int countStuck() {
        return repository.countStuck();
    }

    /** The number of leases. */
    public int count() {
        return repository.size();
    }

    /** Paths of the files that could not be read. */
    List<String> unreadable() {
        return store.setAside();
    }

    /** Whether somebody holds the tag or is about to, or Jenkins is still to remove it. */
    public boolean isHeld(MachineId machine, Tag tag) {
        return repository.isHeld(LeaseKey.of(machine, tag));
    }

    /** A holder begins, or goes on after a restart, and will report its end. */
    public void enter(LeaseHolder holder) {
        repository.enter(holder);
    }

    /**
     * Notes that a holder is about to add a tag. What the machine has anyway, in whatever case, is noted as used: it stays there,
     * and nothing of this Jenkins removes it meanwhile.
     *
     * @param look asks Defender for a machine
     * @return the machines that have the tag anyway; on the others it may be added now. Fails with a {@link
     *     java.util.concurrent.CancellationException} if the holder has ended
     */
    public CompletableFuture<Map<MachineId, Machine>> acquire(
            LeaseHolder holder,
            Tag tag,
            Collection<MachineId> machines,
            LeaseCredential credential,
            Function<MachineId, CompletableFuture<Machine>> look) {
        try {
            return new LeaseAcquisition(repository, writer, removals, POOL, holder, tag, machines)
                    .start(credential, look);
        } catch (RuntimeException x) {
            return CompletableFuture.failedFuture(x);
        }
    }

    /**
     * A holder has ended: removes its tags, as far as no other holder needs them. What cannot be removed is tried again.
     *
     * @param log takes one line at a time, from any thread
     * @return completes normally when all were tried
     */
    public CompletableFuture<Void> release(String holderId, Consumer<String> log) {
        return remove(repository.leave(holderId, Instant.now()), RemovalRequest.byHolder(log));
    }

    /** The agent of this name is gone, or is to have no tags any more. */
    public void releaseAgent(String name) {
        List<Lease> ended = repository.leave(new LeaseHolder.Agent(name).id(), Instant.now());
        if (!ended.isEmpty()) {
            writer.saveIfPossible(ended.get(0).holder().id());
            ofAgents.addAll(keys(ended));
            gathering.request(this, () -> {
                Set<LeaseKey> keys = new HashSet<>();
                for (LeaseKey key = ofAgents.poll(); key != null; key = ofAgents.poll()) {
                    keys.add(key);
                }
                removals.remove(keys, RemovalRequest.byJenkins());
            });
        }
    }

    TimeLeases times() {
        return times;
    }

    /** The same for some of a holder's tags. */
    public CompletableFuture<Void> release(String holderId, Predicate<Lease> which, Consumer<String> log) {
        return remove(repository.end(holderId, which, Instant.now()), RemovalRequest.byHolder(log));
    }

    private CompletableFuture<Void> remove(List<Lease> ended, RemovalRequest request) {
        if (ended.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        ended.stream().map(lease -> lease.holder().id()).distinct().forEach(writer::saveIfPossible);
        Set<LeaseKey> keys = keys(ended);
        return CompletableFuture.supplyAsync(() -> removals.remove(keys, request), POOL)
                .thenCompose(Function.identity());
    }

    /** What the removal of the first of these tags waits for. */
    Optional<WaitStatus> waitStatus(Collection<Lease> leases) {
        return removals.waitStatus(keys(leases));
    }

    /** Whether an attempt to remove the tag is under way. */
    boolean isBeingRemoved(Lease lease) {
        return removals.isUnderWay(lease.key());
    }

    /** A build has ended, and so have its blocks, even if they could not report it. */
    void ended(Run<?, ?> build) {
        for (LeaseHolder holder : repository.holdersOf(build.getExternalizableId())) {
            if (holder instanceof LeaseHolder.Block) {
                List<Lease> ended = repository.end(holder.id(), lease -> !lease.isEnded(), Instant.now());
                repository.leave(holder.id(), Instant.now());
                remove(ended, RemovalRequest.byJenkins());
            }
        }
    }

    /** A job has another full name. */
    void movedJob(String oldJob, String newJob) {
        repository.movedJob(oldJob, newJob).forEach(writer::saveIfPossible);
    }

    /** A folder has another full name. */
    void movedFolder(String oldFolder, String newFolder) {
        repository.movedFolder(oldFolder, newFolder).forEach(writer::saveIfPossible);
    }

    /** Ends the leases of holders that are gone, and tries again to remove what is due. Can take long. */
    public void retryDue() {
        for (LeaseHolder holder : repository.unattended()) {
            try {
                endUnneeded(holder);
            } catch (RuntimeException | LinkageError x) { // one broken agent or build must not stop the others
                LOGGER.log(Level.WARNING, x, () -> "Could not find out whether " + holder + " still needs its tags");
            }
        }
        Instant now = Instant.now();
        removals.remove(keys(find(lease -> lease.isDue(now))), RemovalRequest.byJenkins());
    }

    private void endUnneeded(LeaseHolder holder) {
        Set<String> unneeded = repository.snapshot(holder.id()).leases().stream()
                .filter(lease -> !lease.isEnded() && !isNeeded(lease))
                .map(Lease::id)
                .collect(Collectors.toSet());
        if (!unneeded.isEmpty()) {
            repository.end(holder.id(), lease -> unneeded.contains(lease.id()), Instant.now());
            writer.saveIfPossible(holder.id());
        }
    }

    private static boolean isNeeded(Lease lease) {
        if (lease.holder() instanceof LeaseHolder.Time time) {
            return Instant.now().isBefore(time.until());
        }
        if (lease.holder() instanceof LeaseHolder.Agent) {
            return AgentLeases.isWantedByAny(lease);
        }
        Run<?, ?> build = LeaseCredentials.findBuild(lease.holder().build());
        return build != null && build.isBuilding();
    }

    private static Set<LeaseKey> keys(Collection<Lease> leases) {
        return leases.stream().map(Lease::key).collect(Collectors.toSet());
    }

    /** Tries again at once, because the current user asks for it. */
    public void retry(Predicate<Lease> which) {
        remove(find(lease -> lease.isEnded() && which.test(lease)), RemovalRequest.byUser());
    }

    /** Keeps tags where they are, if their holders have ended, because the current user asks for it. */
    public void forget(Predicate<Lease> which) {
        List<Lease> forgotten = find(lease -> lease.isEnded() && which.test(lease));
        RemovalRequest request = RemovalRequest.byUser();
        forgotten.forEach(request::auditKept);
        repository.drop(forgotten);
        forgotten.stream().map(lease -> lease.holder().id()).distinct().forEach(writer::saveIfPossible);
    }
}
