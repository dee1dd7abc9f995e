package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.Util;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** Checks the parameters of a step or build step and makes them a {@link TagRequest}. */
public final class TagRequestParser {

    public static final int MAX_MACHINES = 10_000;
    public static final int MAX_WAIT_MINUTES = 24 * 60;

    /** Tags on machines that one holder may hold: each is read, added and removed, and noted on disk until it is removed. */
    static final int MAX_HELD = 500;

    private final UnaryOperator<String> expand;
    private final UnaryOperator<String> expandCredentialsId;

    /** For parameters whose text is meant as it is. */
    public TagRequestParser() {
        expand = UnaryOperator.identity();
        expandCredentialsId = UnaryOperator.identity();
    }

    /** For parameters in which variables are replaced. */
    public TagRequestParser(BuildVariables variables) {
        expand = variables::replace;
        expandCredentialsId = variables::replaceInCredentialsId;
    }

    /** @throws AbortException if a parameter cannot be used, with a message that says which and why */
    public TagRequest parse(TagParameters parameters) throws AbortException {
        try {
            return parse(parameters, parameters.getValue());
        } catch (IllegalArgumentException x) {
            throw new AbortException(x.getMessage());
        }
    }

    /**
     * Makes one request for each tag of a block.
     *
     * @throws AbortException if a parameter cannot be used, with a message that says which and why
     */
    public List<TagRequest> parseBlock(BlockParameters block) throws AbortException {
        try {
            Map<Tag, TagRequest> requests = new LinkedHashMap<>();
            for (String tag : tags(block)) {
                TagRequest request = parse(block, tag);
                requests.putIfAbsent(request.tag(), request);
            }
            checkSize(requests.values().stream().toList());
            return List.copyOf(requests.values());
        } catch (IllegalArgumentException x) {
            throw new AbortException(x.getMessage());
        }
    }

    private TagRequest parse(TagParameters parameters, @CheckForNull String tag) {
        TagAction action = TagAction.parse(expand.apply(parameters.getAction()));
        List<MachineName> machines = machines(parameters);
        return new TagRequest(
                UUID.randomUUID().toString(),
                action,
                new Tag(expand.apply(tag)),
                machines,
                parameters.getMachine() != null || parameters.getMachines() != null,
                credentialsId(parameters.getCredentialsId()),
                parameters.isPickNewest(),
                OnError.parse(parameters.getOnError()),
                parameters.isDryRun(),
                Instant.now().plus(waitForMachine(parameters.getWaitForMachine())),
                keepFor(parameters, action, machines.size()));
    }

    @CheckForNull
    private Duration keepFor(TagParameters parameters, TagAction action, int machines) {
        Duration time = KeepFor.parse(expand.apply(parameters.getKeepFor()));
        if (time != null && time.toMinutes() <= parameters.getWaitForMachine()) {
            throw new IllegalArgumentException("keepFor is " + time.toMinutes() + " minutes and waitForMachine is "
                    + parameters.getWaitForMachine()
                    + ". Give a longer time: it begins before the machine is known.");
        }
        if (time != null && action != TagAction.ADD) {
            throw new IllegalArgumentException("keepFor is given with the action " + action.wireName()
                    + ". It works with Add only: leave it out to remove the tag now.");
        }
        if (time != null && machines > MAX_HELD) {
            throw new IllegalArgumentException("keepFor is given for " + machines
                    + " machines. Split the list into lists of at most " + MAX_HELD + ".");
        }
        return time;
    }

    @CheckForNull
    private String credentialsId(@CheckForNull String given) {
        String id = Util.fixEmptyAndTrim(expandCredentialsId.apply(given));
        if (given != null && id == null) {
            throw new IllegalArgumentException(
                    "credentialsId is given and empty. Give the ID of a credential, or leave credentialsId out.");
        }
        return id;
    }

    /**
     * A name that is given and empty is an error: it most likely comes from a variable that is not set, and must not change
     * the agent's own machine instead.
     */
    private List<MachineName> machines(TagParameters parameters) {
        List<String> listed = parameters.getMachines();
        if (parameters.getMachine() != null && listed != null) {
            throw new IllegalArgumentException("Both machine and machines are given. Give one of them.");
        }
        if (listed == null) {
            return parameters.getMachine() == null
                    ? List.of()
                    : List.of(new MachineName(expand.apply(parameters.getMachine())));
        }
        if (listed.isEmpty() && !parameters.isAllowEmpty()) {
            throw new IllegalArgumentException("The list of machines is empty. Name at least one, leave machines out to"
                    + " mean the agent's own, or set allowEmpty: true if there may be nothing to do.");
        }
        if (listed.size() > MAX_MACHINES) {
            throw new IllegalArgumentException("The list names " + listed.size() + " machines. Split it into lists of"
                    + " at most " + MAX_MACHINES + ".");
        }
        return listed.stream().map(name -> new MachineName(expand.apply(name))).toList();
    }

    private static Duration waitForMachine(int minutes) {
        if (minutes < 0 || minutes > MAX_WAIT_MINUTES) {
            throw new IllegalArgumentException(
                    "waitForMachine is " + minutes + " minutes. Give 0 to " + MAX_WAIT_MINUTES + " minutes.");
        }
        return Duration.ofMinutes(minutes);
    }

    private static List<String> tags(BlockParameters block) {
        List<String> several = block.getValues();
        if (several == null) {
            return Collections.singletonList(block.getValue());
        }
        if (Util.fixEmpty(block.getValue()) != null) { // Job DSL insists on a value
            throw new IllegalArgumentException("Both value and values are given. Give one of them.");
        }
        if (several.isEmpty()) {
            throw new IllegalArgumentException("The list of values is empty. Give at least one tag.");
        }
        return several;
    }

    private static void checkSize(List<TagRequest> requests) {
        long machines = Math.max(1, requests.get(0).machines().size());
        if (requests.size() * machines > MAX_HELD) {
            throw new IllegalArgumentException("The block has " + requests.size() + " tags for " + machines
                    + " machines. Give at most " + MAX_HELD + " tags and machines multiplied.");
        }
    }
}
