package io.jenkins.plugins.defendertags.client;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The way to Defender for everybody: one {@link TagQueue} for each app registration, and what they share, which is a client
 * and a few threads, however much waits. Thread-safe.
 */
public final class TagQueues implements Closeable {

    /** For all registrations together, so that one whose calls hang leaves some for the others. */
    private static final int THREADS = 2 * CallQueue.CALLS_AT_ONCE;

    private final DefenderClient client;
    private final Supplier<QueueSettings> settings;
    private final ExecutorService calls;
    private final ScheduledThreadPoolExecutor timer;
    private final Map<AppRegistration.QueueKey, TagQueue> queues = new ConcurrentHashMap<>();

    /**
     * @param timeouts asked for every request
     * @param proxies asked for every request
     * @param settings asked for every call
     */
    public TagQueues(
            @NonNull Supplier<Timeouts> timeouts,
            @NonNull ProxyServer.Chooser proxies,
            @NonNull Supplier<QueueSettings> settings) {
        client = new DefenderClient(timeouts, proxies);
        this.settings = settings;
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                THREADS, THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Daemons.named("defender-tags"));
        threads.allowCoreThreadTimeOut(true);
        threads.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy()); // see close()
        calls = threads;
        timer = new ScheduledThreadPoolExecutor(1, Daemons.named("defender-tags-timer"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    /** The queue of an app registration, whichever of its secrets this one holds. */
    @NonNull
    public TagQueue queue(@NonNull AppRegistration registration) {
        return queues.computeIfAbsent(registration.queueKey(), key -> new TagQueue(client, calls, timer, settings));
    }

    @NonNull
    public MachineResolver resolver(@NonNull AppRegistration registration) {
        return new MachineResolver(client, queue(registration));
    }

    /** One exchange without any queue. */
    @NonNull
    DefenderClient client() {
        return client;
    }

    /** Ends threads and closes connections. What still waits is left without an outcome. */
    @Override
    public void close() throws IOException {
        timer.shutdownNow();
        calls.shutdownNow();
        client.close();
    }
}
