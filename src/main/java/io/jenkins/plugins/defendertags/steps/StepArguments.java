package io.jenkins.plugins.defendertags.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.util.EditDistance;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.jenkinsci.plugins.structs.describable.DescribableParameter;

/**
 * Checks what a Pipeline script passes to a step before Pipeline binds it: Pipeline ignores parameters that do not exist,
 * takes every text but "true" for false, and does not tell null from a parameter that was left out.
 */
final class StepArguments {

    private static final int SHOWN = 40;

    /** Words that people use for a parameter whose name is spelt quite differently, in lower case. */
    private static final Map<String, String> OTHER_WORDS = Map.ofEntries(
            Map.entry("agent", "machine"),
            Map.entry("computer", "machine"),
            Map.entry("device", "machine"),
            Map.entry("devices", "machines"),
            Map.entry("host", "machine"),
            Map.entry("hostname", "machine"),
            Map.entry("hostnames", "machines"),
            Map.entry("hosts", "machines"),
            Map.entry("id", "machine"),
            Map.entry("ids", "machines"),
            Map.entry("ip", "machine"),
            Map.entry("name", "machine"),
            Map.entry("names", "machines"),
            Map.entry("node", "machine"),
            Map.entry("nodes", "machines"),
            Map.entry("tag", "value"),
            Map.entry("tags", "values"),
            Map.entry("value", "tag"),
            Map.entry("values", "tag"),
            Map.entry("timeout", "waitForMachine"),
            Map.entry("until", "keepFor"),
            Map.entry("duration", "keepFor"),
            Map.entry("wait", "waitForMachine"));

    private final String step;
    private final Map<String, DescribableParameter> parameters = new TreeMap<>();

    StepArguments(String step, DescribableModel<?> model) {
        this.step = step;
        model.getParameters().forEach(parameter -> parameters.put(parameter.getName(), parameter));
    }

    /**
     * Returns the arguments as the types that the step's parameters have.
     *
     * @throws AbortException if the step would do something else than the script means, with a message that names the
     *     parameter
     */
    Map<String, Object> check(Map<String, ?> arguments) throws AbortException {
        Map<String, Object> checked = new LinkedHashMap<>();
        for (Map.Entry<String, ?> argument : arguments.entrySet()) {
            String name = argument.getKey();
            DescribableParameter parameter = parameters.get(name);
            if (parameter == null) {
                throw unknown(name);
            }
            checked.put(name, check(parameter, argument.getValue()));
        }
        return checked;
    }

    private static Object check(DescribableParameter parameter, @CheckForNull Object value) throws AbortException {
        ArgumentValue argument = new ArgumentValue(parameter.getName(), parameter.isRequired());
        Class<?> type = parameter.getErasedType();
        if (type == boolean.class) {
            return argument.toBoolean(value);
        }
        if (type == int.class) {
            return argument.toInteger(value);
        }
        return type == String.class ? argument.toText(value) : argument.toList(value);
    }

    private AbortException unknown(String name) {
        return new AbortException(step + " has no parameter " + SingleLine.of(name, SHOWN) + ". Did you mean "
                + nearest(name) + "? It has: " + String.join(", ", parameters.keySet()) + ".");
    }

    private String nearest(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        String meant = OTHER_WORDS.get(wanted);
        if (meant != null && parameters.containsKey(meant)) {
            return meant;
        }
        Map<String, String> inLowerCase = new TreeMap<>();
        parameters.keySet().forEach(parameter -> inLowerCase.put(parameter.toLowerCase(Locale.ROOT), parameter));
        return inLowerCase.get(EditDistance.findNearest(wanted, inLowerCase.keySet()));
    }
}
