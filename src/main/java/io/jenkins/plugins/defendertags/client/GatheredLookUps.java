package io.jenkins.plugins.defendertags.client;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Looks at machines for those who are in no hurry: whoever asks within a moment shares the calls, so that 500 agents that
 * connect at once cost one call and not 500. Defender is asked after the last of them has asked. Thread-safe; nothing blocks.
 */
public final class GatheredLookUps {

    private final Function<AppRegistration, MachineResolver> resolvers;
    private final ScheduledExecutorService timer;
    private final Supplier<Duration> moment;
    /** Those that gather, one for each app registration. */
    private final Map<AppRegistration.QueueKey, Batch> gathering = new HashMap<>();

    private record Batch(Set<MachineId> ids, CompletableFuture<Map<MachineId, Machine>> answer) {}

    /** @param moment tells how long the first one waits for others */
    public GatheredLookUps(
            @NonNull Function<AppRegistration, MachineResolver> resolvers,
            @NonNull ScheduledExecutorService timer,
            @NonNull Supplier<Duration> moment) {
        this.resolvers = resolvers;
        this.timer = timer;
        this.moment = moment;
    }

    /** @return nothing if Defender does not know the machine; a {@link DefenderException} if it could not be asked */
    @NonNull
    public synchronized CompletableFuture<Optional<Machine>> machine(
            @NonNull AppRegistration registration, @NonNull MachineId id) {
        Batch batch = gathering.computeIfAbsent(registration.queueKey(), key -> {
            timer.schedule(() -> ask(registration), moment.get().toMillis(), TimeUnit.MILLISECONDS);
            return new Batch(new HashSet<>(), new CompletableFuture<>());
        });
        batch.ids.add(id);
        return batch.answer.thenApply(known -> Optional.ofNullable(known.get(id)));
    }

    private void ask(AppRegistration registration) {
        Batch batch;
        synchronized (this) {
            batch = gathering.remove(registration.queueKey());
        }
        resolvers.apply(registration).machines(registration, batch.ids).whenComplete((known, problem) -> {
            if (problem == null) {
                batch.answer.complete(known);
            } else {
                batch.answer.completeExceptionally(DefenderException.causeOf(problem));
            }
        });
    }
}
