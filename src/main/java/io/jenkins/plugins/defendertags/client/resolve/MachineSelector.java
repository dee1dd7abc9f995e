package io.jenkins.plugins.defendertags.client.resolve;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.Problem;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Selects the machine among the records that fit a name. One device can have several records: when it is reinstalled, renamed
 * or onboarded again, a new record begins, and the old one becomes inactive after 7 days. Devices that were only seen in the
 * network have records too. A wrong machine is worse than none, so an uncertain choice is a problem, not a guess.
 */
final class MachineSelector {

    /** The largest number of records in a message. */
    static final int LISTED = 10;

    private static final Comparator<Machine> NEWEST_FIRST = Comparator.comparing(MachineSelector::lastSeen)
            .reversed()
            .thenComparing(machine -> machine.id().value());

    private MachineSelector() {}

    /** Reasons why a record does not count. */
    private enum Unusable {
        MERGED("merged into another machine"),
        EXCLUDED("excluded"),
        NOT_ONBOARDED("not onboarded"),
        INACTIVE("inactive");

        private final String description;

        Unusable(String description) {
            this.description = description;
        }

        /** Returns null if the record counts. A missing property is no reason. */
        @CheckForNull
        static Unusable reason(Machine machine) {
            String onboarding = machine.onboardingStatus();
            if (machine.isMerged()) {
                return MERGED;
            }
            if (machine.isExcluded()) {
                return EXCLUDED;
            }
            if (!onboarding.isEmpty() && !onboarding.equalsIgnoreCase("Onboarded")) {
                return NOT_ONBOARDED;
            }
            return machine.healthStatus().equalsIgnoreCase("Inactive") ? INACTIVE : null;
        }
    }

    /** Returns whether a record is that of a machine in use. */
    static boolean isUsable(Machine machine) {
        return Unusable.reason(machine) == null;
    }

    /**
     * @param records those that fit the name, in any order and each machine ID once
     * @param similar machines in use with the same host name in another domain, for the message if no record counts
     * @param pickNewest whether to take the one that was seen last if there are several; it must be a single one
     */
    static ResolvedMachine select(
            MachineName name, Collection<Machine> records, Collection<Machine> similar, boolean pickNewest) {
        List<Machine> usable = records.stream()
                .filter(MachineSelector::isUsable)
                .sorted(NEWEST_FIRST)
                .toList();
        if (usable.isEmpty()) {
            return ResolvedMachine.failed(
                    name, new Problem(explainUnknown(name, records, similar), ErrorCode.UNKNOWN_MACHINE));
        }
        if (usable.size() == 1 || pickNewest && lastSeen(usable.get(0)).isAfter(lastSeen(usable.get(1)))) {
            return ResolvedMachine.listed(name, usable.get(0).id());
        }
        return ResolvedMachine.failed(
                name,
                new Problem(
                        usable.size() + " machines in Defender have the " + name.describe()
                                + (pickNewest ? ", and several were seen last at the same time: " : ": ") + list(usable)
                                + ". Name the right one by its ID.",
                        ErrorCode.AMBIGUOUS_MACHINE));
    }

    /** A machine that was never seen is older than any other. */
    private static Instant lastSeen(Machine machine) {
        Instant lastSeen = machine.lastSeen();
        return lastSeen == null ? Instant.MIN : lastSeen;
    }

    private static String explainUnknown(MachineName name, Collection<Machine> records, Collection<Machine> similar) {
        Map<Unusable, List<Machine>> reasons = records.stream()
                .collect(Collectors.groupingBy(
                        Unusable::reason, () -> new EnumMap<>(Unusable.class), Collectors.toList()));
        String counts = reasons.entrySet().stream()
                .map(reason -> reason.getValue().size() + " " + reason.getKey().description)
                .collect(Collectors.joining(", "));
        return (records.isEmpty() ? "No machine" : "No active machine") + " in Defender has the " + name.describe()
                + ". "
                + (counts.isEmpty() ? "" : "Records that do not count: " + counts + ". ")
                + (similar.isEmpty()
                        ? advise(name, records, reasons.getOrDefault(Unusable.INACTIVE, List.of()))
                        : "The same host name belongs to " + list(sort(similar))
                                + ". If that is the machine, use this name or ID.");
    }

    private static String advise(MachineName name, Collection<Machine> records, List<Machine> inactive) {
        if (!inactive.isEmpty()) {
            return "To use an inactive machine, name it by its ID: " + list(sort(inactive)) + ".";
        }
        if (!records.isEmpty()) {
            return "Check the machine in the Defender portal.";
        }
        return name.isAlmostAnId()
                ? "A machine ID has 40 hexadecimal digits, this has "
                        + name.value().length() + "."
                : "Check the spelling; a new machine takes 5 to 30 minutes to appear.";
    }

    private static List<Machine> sort(Collection<Machine> machines) {
        return machines.stream().sorted(NEWEST_FIRST).toList();
    }

    private static String list(List<Machine> machines) {
        int more = machines.size() - LISTED;
        return machines.stream().limit(LISTED).map(MachineSelector::describe).collect(Collectors.joining("; "))
                + (more > 0 ? "; and " + more + " more" : "");
    }

    private static String describe(Machine machine) {
        Instant lastSeen = machine.lastSeen();
        String name = SingleLine.of(machine.computerDnsName(), 60);
        String health = SingleLine.of(machine.healthStatus(), 40);
        return machine.id() + " (" + (name.isEmpty() ? "" : name + ", ")
                + (lastSeen == null ? "never seen" : "last seen " + lastSeen.truncatedTo(ChronoUnit.SECONDS))
                + ", " + (health.isEmpty() ? "health unknown" : health) + ")";
    }
}
