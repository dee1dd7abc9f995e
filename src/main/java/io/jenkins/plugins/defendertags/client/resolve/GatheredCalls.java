package io.jenkins.plugins.defendertags.client.resolve;

import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import io.jenkins.plugins.defendertags.client.queue.PendingChange;
import io.jenkins.plugins.defendertags.client.queue.TagQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Calls for those who are in no hurry: who asks within a moment of another shares the calls, so that 500 agents that connect
 * or go at once cost a handful of calls and not 500. Defender is asked after the last of them has asked. Thread-safe; nothing
 * blocks.
 */
public final class GatheredCalls {

    /** Who keeps asking must not keep the first one waiting for ever. */
    private static final int LONGEST = 10;

    private final Function<AppRegistration, TagQueue> queues;
    private final Function<AppRegistration, MachineResolver> resolvers;
    private final ScheduledExecutorService timer;
    private final Supplier<Duration> moment;
    private final Gathering<MachineName, ResolvedMachine> names = new Gathering<>();
    private final Gathering<MachineId, Optional<Machine>> lookUps = new Gathering<>();
    private final Gathering<TagChange, Machine> changes = new Gathering<>();

    /** @param moment tells how long it takes until nobody else is expected to ask */
    public GatheredCalls(
            Function<AppRegistration, TagQueue> queues,
            Function<AppRegistration, MachineResolver> resolvers,
            ScheduledExecutorService timer,
            Supplier<Duration> moment) {
        this.queues = queues;
        this.resolvers = resolvers;
        this.timer = timer;
        this.moment = moment;
    }

    /** As {@link MachineResolver#resolve}; an ID, which needs no call, is answered at once. */
    public CompletableFuture<ResolvedMachine> resolve(AppRegistration registration, MachineName name) {
        return name.kind() == MachineName.Kind.ID
                ? resolvers.apply(registration).resolve(registration, name)
                : names.add(registration, name, this::find);
    }

    private void find(AppRegistration registration, Map<MachineName, CompletableFuture<ResolvedMachine>> asked) {
        List<CompletableFuture<ResolvedMachine>> answers = new ArrayList<>(asked.values());
        resolvers
                .apply(registration)
                .resolve(registration, List.copyOf(asked.keySet()), false)
                .whenComplete((resolution, problem) -> {
                    for (int i = 0; i < answers.size(); i++) {
                        if (problem == null) {
                            answers.get(i).complete(resolution.machines().get(i));
                        } else {
                            answers.get(i).completeExceptionally(DefenderException.unwrap(problem));
                        }
                    }
                });
    }

    /** @return nothing if Defender does not know the machine; a {@link DefenderException} if it could not be asked */
    public CompletableFuture<Optional<Machine>> machine(AppRegistration registration, MachineId id) {
        return lookUps.add(registration, id, this::look);
    }

    private void look(AppRegistration registration, Map<MachineId, CompletableFuture<Optional<Machine>>> asked) {
        resolvers
                .apply(registration)
                .machines(registration, asked.keySet())
                .whenComplete((known, problem) -> asked.forEach((id, answer) -> {
                    if (problem == null) {
                        answer.complete(Optional.ofNullable(known.get(id)));
                    } else {
                        answer.completeExceptionally(DefenderException.unwrap(problem));
                    }
                }));
    }

    /** @return the machine after the change, or a {@link DefenderException} */
    public CompletableFuture<Machine> submit(AppRegistration registration, TagChange change) {
        return changes.add(registration, change, this::send);
    }

    private void send(AppRegistration registration, Map<TagChange, CompletableFuture<Machine>> asked) {
        List<CompletableFuture<Machine>> answers = new ArrayList<>(asked.values());
        TagQueue queue = queues.apply(registration);
        List<PendingChange> accepted = queue.submit(registration, List.copyOf(asked.keySet()));
        for (int i = 0; i < accepted.size(); i++) {
            CompletableFuture<Machine> answer = answers.get(i);
            accepted.get(i).result().whenComplete((machine, problem) -> {
                if (problem == null) {
                    answer.complete(machine);
                } else {
                    answer.completeExceptionally(problem);
                }
            });
        }
    }

    /** What is asked for of one kind; the same question twice is asked once. */
    private final class Gathering<Q, A> {

        private final Map<AppRegistration.QueueKey, Map<Q, CompletableFuture<A>>> waiting = new HashMap<>();

        synchronized CompletableFuture<A> add(AppRegistration registration, Q question, Call<Q, A> call) {
            Map<Q, CompletableFuture<A>> asked = waiting.computeIfAbsent(registration.queueKey(), key -> {
                goOn(registration, call, 0, 1);
                return new LinkedHashMap<>();
            });
            return asked.computeIfAbsent(question, key -> new CompletableFuture<>());
        }

        private void goOn(AppRegistration registration, Call<Q, A> call, int before, int moments) {
            timer.schedule(
                    () -> askUnlessMoreCome(registration, call, before, moments),
                    moment.get().toMillis(),
                    TimeUnit.MILLISECONDS);
        }

        private void askUnlessMoreCome(AppRegistration registration, Call<Q, A> call, int before, int moments) {
            Map<Q, CompletableFuture<A>> asked;
            synchronized (this) {
                asked = waiting.get(registration.queueKey());
                boolean moreCome = moments > 1 ? asked.size() > before : asked.size() > 1;
                if (moreCome && moments < LONGEST) {
                    goOn(registration, call, asked.size(), moments + 1);
                    return;
                }
                waiting.remove(registration.queueKey());
            }
            call.make(registration, asked);
        }
    }

    private interface Call<Q, A> {
        void make(AppRegistration registration, Map<Q, CompletableFuture<A>> asked);
    }
}
