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
 * Which of the records that a name fits is the machine. One device can have several: when it is reinstalled, renamed or
 * onboarded again, a new record begins and the old one stays, inactive after 7 days; and devices are recorded that were
 * only seen in the network. A wrong machine is worse than none, so what is not certain is a problem, not a guess.
 */
final class MachineSelector {

    /** How many records an explanation lists. */
    static final int LISTED = 10;

    private static final Comparator<Machine> NEWEST_FIRST = Comparator.comparing(MachineSelector::lastSeen)
            .reversed()
            .thenComparing(machine -> machine.id().value());

    private MachineSelector() {}

    /** Why a record does not count. */
    private enum Unusable {
        MERGED("merged into another machine"),
        EXCLUDED("excluded"),
        NOT_ONBOARDED("not onboarded"),
        INACTIVE("inactive");

        private final String description;

        Unusable(String description) {
            this.description = description;
        }

        /** What Defender does not say is no reason. */
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

    /** Whether a record is that of a machine in use. */
    static boolean isUsable(Machine machine) {
        return Unusable.reason(machine) == null;
    }

    /**
     * @param records fit the name, in any order and each machine ID once
     * @param pickNewest whether the one that was seen last is meant where there are several; it must be a single one
     */
    static ResolvedMachine of(MachineName name, Collection<Machine> records, boolean pickNewest) {
        List<Machine> usable = records.stream()
                .filter(MachineSelector::isUsable)
                .sorted(NEWEST_FIRST)
                .toList();
        if (usable.isEmpty()) {
            return ResolvedMachine.failed(name, new Problem(explainUnknown(name, records), ErrorCode.UNKNOWN_MACHINE));
        }
        if (usable.size() == 1 || pickNewest && lastSeen(usable.get(0)).isAfter(lastSeen(usable.get(1)))) {
            return ResolvedMachine.found(name, usable.get(0).id());
        }
        return ResolvedMachine.failed(
                name,
                new Problem(
                        usable.size() + " machines in Defender have the " + name.describe()
                                + (pickNewest ? ", and no single one was seen last: " : ": ") + list(usable)
                                + ". Name the one that is meant by its ID.",
                        ErrorCode.AMBIGUOUS_MACHINE));
    }

    /** A machine that was never seen is older than any other. */
    private static Instant lastSeen(Machine machine) {
        Instant lastSeen = machine.lastSeen();
        return lastSeen == null ? Instant.MIN : lastSeen;
    }

    private static String explainUnknown(MachineName name, Collection<Machine> records) {
        if (records.isEmpty()) {
            String value = name.value();
            return "No machine in Defender has the " + name.describe() + ". "
                    + (name.isAlmostAnId()
                            ? "A machine ID has 40 hexadecimal digits, this has " + value.length() + "."
                            : "Check the spelling; a new machine takes 5 to 30 minutes to appear.");
        }
        Map<Unusable, List<Machine>> reasons = records.stream()
                .collect(Collectors.groupingBy(
                        Unusable::reason, () -> new EnumMap<>(Unusable.class), Collectors.toList()));
        String counts = reasons.entrySet().stream()
                .map(reason -> reason.getValue().size() + " " + reason.getKey().description)
                .collect(Collectors.joining(", "));
        List<Machine> inactive = reasons.getOrDefault(Unusable.INACTIVE, List.of()).stream()
                .sorted(NEWEST_FIRST)
                .toList();
        return "No active machine in Defender has the " + name.describe() + "; records that do not count: " + counts
                + ". "
                + (inactive.isEmpty()
                        ? "Check the machine in the Defender portal."
                        : "If an inactive machine is really meant, name it by its ID: " + list(inactive) + ".");
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
