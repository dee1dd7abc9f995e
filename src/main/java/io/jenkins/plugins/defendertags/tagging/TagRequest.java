package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.EnvVars;
import hudson.Util;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a step or builder asks for: checked, but neither credential nor machine looked up yet. Immutable. A class of
 * strings, not a record of the client's types, because it is stored with a running Pipeline.
 */
public final class TagRequest implements Serializable {

    private static final long serialVersionUID = 1;

    public static final int MAX_MACHINES = 10_000;
    /** Tags on machines that one block may hold: each takes three calls, and a file until it is removed. */
    static final int MAX_HELD = 500;

    public static final int MAX_WAIT_MINUTES = 24 * 60;
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{[A-Za-z_][A-Za-z0-9_.]*}");

    private final String id;
    private final TagAction action;
    private final String value;
    private final ArrayList<String> machines;
    private final String credentialsId;
    private final boolean pickNewest;
    private final OnError onError;
    private final boolean dryRun;
    private final long waitUntil;
    /** Whether the job named {@link #machines}; else the agent said it, or Defender. */
    private final boolean namesMachines;

    private TagRequest(TagParameters arguments, String tag, UnaryOperator<String> expand) {
        id = UUID.randomUUID().toString();
        action = TagAction.parse(expand.apply(arguments.getAction()));
        value = new Tag(expand.apply(tag)).value();
        machines = machines(arguments, expand);
        credentialsId = Util.fixEmptyAndTrim(expand.apply(arguments.getCredentialsId()));
        pickNewest = arguments.isPickNewest();
        onError = OnError.parse(arguments.getOnError());
        dryRun = arguments.isDryRun();
        namesMachines = !machines.isEmpty();
        int minutes = arguments.getWaitForMachine();
        if (minutes < 0 || minutes > MAX_WAIT_MINUTES) {
            throw new IllegalArgumentException(
                    "waitForMachine is " + minutes + " minutes. Give 0 to " + MAX_WAIT_MINUTES + " minutes.");
        }
        waitUntil = Instant.now().plus(Duration.ofMinutes(minutes)).toEpochMilli();
    }

    /** Replaces {@code ${VARIABLES}}; one that the build does not have must not become part of a tag or a name. */
    public static UnaryOperator<String> variables(EnvVars env) {
        return text -> {
            String expanded = env.expand(text);
            Matcher left = VARIABLE.matcher(Util.fixNull(expanded));
            if (left.find()) {
                throw new IllegalArgumentException("The build has no variable " + SingleLine.of(left.group(), 80)
                        + ". Set it, or leave it out of \"" + SingleLine.of(text, 200) + "\".");
            }
            return expanded;
        };
    }

    /**
     * @param expand replaces variables; leaves null as it is
     * @throws AbortException if something is not usable, with a message that says what and why
     */
    public static TagRequest of(TagParameters arguments, UnaryOperator<String> expand) throws AbortException {
        try {
            return new TagRequest(arguments, arguments.getValue(), expand);
        } catch (IllegalArgumentException x) {
            throw new AbortException(x.getMessage());
        }
    }

    /**
     * One for each tag of a block, each once.
     *
     * @param expand replaces variables; leaves null as it is
     * @throws AbortException if something is not usable, with a message that says what and why
     */
    public static List<TagRequest> ofBlock(BlockParameters block, UnaryOperator<String> expand) throws AbortException {
        List<String> tags = block.getValues();
        if (tags != null && Util.fixEmpty(block.getValue()) != null) { // Job DSL insists on a value
            throw new AbortException("Both value and values are given. Give one of them.");
        }
        if (tags == null) {
            tags = Collections.singletonList(block.getValue());
        }
        try {
            Map<String, TagRequest> requests = new LinkedHashMap<>();
            for (String tag : tags) {
                TagRequest request = new TagRequest(block, tag, expand);
                requests.putIfAbsent(request.value, request);
            }
            int changes = requests.values().stream()
                    .mapToInt(request -> Math.max(1, request.machines.size()))
                    .sum();
            if (changes == 0 || changes > MAX_HELD) {
                throw new AbortException("The block has " + tags.size() + " tags for "
                        + (changes == 0 ? "its machines" : changes / requests.size() + " machines")
                        + ". Give at least one tag, and at most " + MAX_HELD + " tags and machines multiplied.");
            }
            return List.copyOf(requests.values());
        } catch (IllegalArgumentException x) {
            throw new AbortException(x.getMessage());
        }
    }

    /**
     * A name that is given and empty is an error: it most likely comes from a variable that is not set, and must not
     * change the agent's own machine instead.
     */
    private static ArrayList<String> machines(TagParameters arguments, UnaryOperator<String> expand) {
        List<String> listed = arguments.getMachines();
        if (arguments.getMachine() != null && listed != null) {
            throw new IllegalArgumentException("Both machine and machines are given. Give one of them.");
        }
        if (listed != null && listed.isEmpty()) {
            throw new IllegalArgumentException(
                    "The list of machines is empty. Name at least one, or leave machines out to mean the agent's own.");
        }
        if (listed != null && listed.size() > MAX_MACHINES) {
            throw new IllegalArgumentException("The list names " + listed.size() + " machines. Split it into lists of"
                    + " at most " + MAX_MACHINES + ".");
        }
        ArrayList<String> names = new ArrayList<>();
        if (arguments.getMachine() != null) {
            names.add(new MachineName(expand.apply(arguments.getMachine())).value());
        }
        if (listed != null) {
            listed.forEach(name -> names.add(new MachineName(expand.apply(name)).value()));
        }
        return names;
    }

    private TagRequest(Tag tag, String credentialsId, boolean dryRun) {
        id = UUID.randomUUID().toString();
        action = TagAction.REMOVE;
        value = tag.value();
        machines = new ArrayList<>();
        this.credentialsId = credentialsId;
        pickNewest = false;
        onError = OnError.FAIL;
        this.dryRun = dryRun;
        namesMachines = false;
        waitUntil = 0;
    }

    private TagRequest(TagRequest other, List<String> machines) {
        id = other.id;
        action = other.action;
        value = other.value;
        this.machines = new ArrayList<>(machines);
        credentialsId = other.credentialsId;
        pickNewest = other.pickNewest;
        onError = other.onError;
        dryRun = other.dryRun;
        namesMachines = other.namesMachines;
        waitUntil = other.waitUntil;
    }

    /** The same for the agent's own machine, which is known by now. */
    public TagRequest forAgentsOwn(MachineName machine) {
        return new TagRequest(this, List.of(machine.value()));
    }

    /** Stays the same when a step goes on after a restart. */
    String id() {
        return id;
    }

    public TagAction action() {
        return action;
    }

    public Tag tag() {
        return new Tag(value);
    }

    /** The machines that were named, in that order; empty for the agent's own, as long as that is not known. */
    public List<MachineName> machines() {
        return machines.stream().map(MachineName::new).toList();
    }

    /** Whether the job named machines, be it the very one that it runs on. */
    public boolean namesMachines() {
        return namesMachines;
    }

    /** The credential that was named, or null for the default one. */
    @CheckForNull
    public String credentialsId() {
        return credentialsId;
    }

    /** Whether, of several records of one name, the one seen last is meant. */
    boolean pickNewest() {
        return pickNewest;
    }

    public OnError onError() {
        return onError;
    }

    /** Whether to look up and check everything, and change nothing. */
    public boolean dryRun() {
        return dryRun;
    }

    /** Until when to wait for a machine that Defender does not know yet. Survives a restart of the controller. */
    Instant waitUntil() {
        return Instant.ofEpochMilli(waitUntil);
    }
}
