package io.jenkins.plugins.defendertags.client.queue;

import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.http.DaemonThreads;
import io.jenkins.plugins.defendertags.client.http.ProxyServer;
import io.jenkins.plugins.defendertags.client.http.Timeouts;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The way to Defender for everybody: one {@link TagQueue} for each app registration, and what they share, which is a client
 * and a few threads, however much waits. Thread-safe.
 */
public final class TagQueues implements Closeable {

    private static final int IDLE_SECONDS = 30;

    private final DefenderClient client;
    private final Supplier<QueueSettings> settings;
    private final List<ExecutorService> threads = new CopyOnWriteArrayList<>();
    private final ScheduledThreadPoolExecutor timer;
    private final Map<AppRegistration.QueueKey, TagQueue> queues = new ConcurrentHashMap<>();

    /**
     * @param timeouts asked for every request
     * @param proxies asked for every request
     * @param settings asked for every call
     */
    public TagQueues(Supplier<Timeouts> timeouts, ProxyServer.Chooser proxies, Supplier<QueueSettings> settings) {
        this.settings = settings;
        timer = new ScheduledThreadPoolExecutor(1, DaemonThreads.named("defender-tags-timer"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy()); // see close()
        client = new DefenderClient(timeouts, proxies, timer);
    }

    /**
     * The queue of an app registration, whichever of its secrets this one holds and however its tenant is spelled. A domain
     * name is known to be the tenant with an ID as soon as it has brought the first token.
     */
    public TagQueue queue(AppRegistration registration) {
        AppRegistration.QueueKey key = client.queueKey(registration);
        TagQueue known = queues.get(key);
        return known == null ? queues.computeIfAbsent(key, missing -> firstQueue(registration)) : known;
    }

    /** If the tenant's ID has just become known, the queue of its domain name goes on as the only one. */
    private TagQueue firstQueue(AppRegistration registration) {
        TagQueue ofDomainName = queues.get(registration.queueKey());
        return ofDomainName == null ? new TagQueue(client, newThreads(), QueueTimer.of(timer), settings) : ofDomainName;
    }

    /** For each registration its own. Nothing limits them here: {@link CallsUnderWay} does. */
    private ExecutorService newThreads() {
        ThreadPoolExecutor few = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                DaemonThreads.named("defender-tags"));
        few.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy()); // see close()
        threads.add(few);
        return few;
    }

    /** For each app registration that was used. */
    public List<QueueFigures> figures() {
        return queues.values().stream().map(TagQueue::figures).toList();
    }

    /** One exchange without any queue. */
    public DefenderClient client() {
        return client;
    }

    /** Ends threads and closes connections. What still waits is left without an outcome. */
    @Override
    public void close() throws IOException {
        timer.shutdownNow();
        threads.forEach(ExecutorService::shutdownNow);
        client.close();
    }
}
