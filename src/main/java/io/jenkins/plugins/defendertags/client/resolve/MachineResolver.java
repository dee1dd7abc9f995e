package io.jenkins.plugins.defendertags.client.resolve;

import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.queue.TagQueue;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Resolves names to machine IDs. {@link MachineSelector} decides which records count, and {@link MachineKey} which names fit,
 * whatever Defender's filters return.
 *
 * <p>A machine ID costs no call. Any other name costs one call, or up to four if the first ones find nothing. Names that wait
 * together share their calls, and many are looked up in the list of all machines, which comes in pages of 10,000.
 *
 * <p>An IP address means the machine that last reported itself by it or, if there is none, one that has it now: {@code
 * findbyip} knows the last 15 minutes, and the list of all machines contains network interfaces. Defender compares addresses as
 * text, so one that it stores in an unusual spelling is only found by that spelling, or in that list.
 *
 * <p>Thread-safe. No method blocks: the calls go through the {@link TagQueue}. Nothing is cached, since a reinstalled machine has
 * a new ID under its old name.
 */
public final class MachineResolver {

    private final TagQueue queue;
    private final Clock clock;

    /** @param queue that of the app registration */
    public MachineResolver(TagQueue queue) {
        this(queue, Clock.systemUTC());
    }

    MachineResolver(TagQueue queue, Clock clock) {
        this.queue = queue;
        this.clock = clock;
    }

    /**
     * Resolves names. A name that fits no machine, or several, has a problem in the result.
     *
     * @param names in any order; a name that comes twice is looked up once
     * @param pickNewest whether to take the machine that was seen last if a name fits several
     * @return one for each name, in the order of the names; completes with a {@link DefenderException} if the calls failed,
     *     and nothing is known about any name
     */
    public CompletableFuture<List<ResolvedMachine>> resolve(
            AppRegistration registration, List<MachineName> names, boolean pickNewest) {
        Map<MachineKey, NameRead> reads = new LinkedHashMap<>();
        for (MachineName name : names) {
            if (name.kind() != MachineName.Kind.ID) {
                reads.putIfAbsent(MachineKey.of(name), new NameRead(registration, name, clock.instant()));
            }
        }
        List<CompletableFuture<NameRecords>> answers = queue.read(List.copyOf(reads.values()));
        Map<MachineKey, CompletableFuture<NameRecords>> found = new HashMap<>();
        int i = 0;
        for (MachineKey key : reads.keySet()) {
            found.put(key, answers.get(i++));
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(all -> names.stream()
                        .map(name -> name.kind() == MachineName.Kind.ID
                                ? ResolvedMachine.given(name, new MachineId(name.value()))
                                : found.get(MachineKey.of(name)).join().answer(name, pickNewest))
                        .toList());
    }

    /** Resolves one name. */
    public CompletableFuture<ResolvedMachine> resolve(AppRegistration registration, MachineName name) {
        return resolve(registration, List.of(name), false).thenApply(resolved -> resolved.get(0));
    }

    /**
     * Finds every machine with a tag, including inactive, merged and not onboarded ones.
     *
     * @return in Defender's order; completes with a {@link DefenderException} if the calls failed
     */
    public CompletableFuture<List<Machine>> withTag(AppRegistration registration, Tag tag) {
        return queue.read(List.of(new TagRead(registration, tag)))
                .get(0)
                .thenApply(machines -> machines.stream()
                        .map(queue::afterOwnChanges)
                        .filter(machine -> machine.tags().contains(tag.value()))
                        .toList());
    }

    /**
     * Reads machines by their IDs.
     *
     * @return those that Defender knows, in the order of the IDs; a {@link DefenderException} if it could not be asked
     */
    public CompletableFuture<Map<MachineId, Machine>> machines(
            AppRegistration registration, Collection<MachineId> ids) {
        List<MachineId> wanted = ids.stream().distinct().toList();
        List<CompletableFuture<Optional<Machine>>> answers = queue.getMachines(registration, wanted).stream()
                .map(read -> read.handle((machine, failure) -> {
                    if (failure != null && !DefenderException.isUnknownMachine(failure)) {
                        throw new CompletionException(DefenderException.unwrap(failure));
                    }
                    return Optional.ofNullable(machine);
                }))
                .toList();
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(all -> {
                    Map<MachineId, Machine> known = new LinkedHashMap<>();
                    for (int i = 0; i < answers.size(); i++) {
                        MachineId id = wanted.get(i);
                        answers.get(i).join().ifPresent(machine -> known.put(id, machine));
                    }
                    return known;
                });
    }
}
