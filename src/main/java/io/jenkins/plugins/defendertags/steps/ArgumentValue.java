package io.jenkins.plugins.defendertags.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The value of one argument as the type that its parameter has, or an {@link AbortException} that names the parameter.
 *
 * @param name of the parameter, or of an entry of a list
 * @param required whether the parameter cannot be left out
 */
record ArgumentValue(String name, boolean required) {

    private static final int SHOWN = 40;

    /** In any case, so that a boolean that became text, as build parameters do, is still one. */
    Boolean toBoolean(@CheckForNull Object value) throws AbortException {
        Object given = given(value);
        if (given instanceof Boolean bool) {
            return bool;
        }
        if ("true".equalsIgnoreCase(given.toString()) || "false".equalsIgnoreCase(given.toString())) {
            return Boolean.valueOf(given.toString());
        }
        throw wrong(given, "Pass true or false.");
    }

    Integer toInteger(@CheckForNull Object value) throws AbortException {
        Object given = given(value);
        if (given instanceof Number || given instanceof CharSequence) {
            try {
                return Integer.valueOf(given.toString());
            } catch (NumberFormatException x) {
                // neither is 1.5
            }
        }
        throw wrong(given, "Pass a whole number.");
    }

    String toText(@CheckForNull Object value) throws AbortException {
        Object given = given(value);
        if (given instanceof CharSequence) {
            return given.toString();
        }
        String remedy = "Pass a string.";
        if (given instanceof Number) {
            remedy = "Write it as a string: '" + given + "'.";
        } else if (given instanceof Map<?, ?> map && map.get("id") instanceof CharSequence) {
            remedy = "Pass its id.";
        } else if (isList(given) && name.equals("machine")) {
            remedy = "Pass one machine, or use machines for several.";
        }
        throw wrong(given, remedy);
    }

    /** A list, set or array of texts. */
    List<String> toList(@CheckForNull Object value) throws AbortException {
        Object given = given(value);
        if (!isList(given)) {
            throw wrong(given, "Pass a list, such as ['a', 'b'].");
        }
        List<String> texts = new ArrayList<>();
        for (Object entry : entries(given)) {
            texts.add(new ArgumentValue("entry " + (texts.size() + 1) + " of " + name, true).toText(entry));
        }
        return texts;
    }

    private static boolean isList(Object value) {
        return value instanceof Collection || value.getClass().isArray();
    }

    private static Collection<?> entries(Object list) {
        return list instanceof Collection<?> collection
                ? collection
                : IntStream.range(0, Array.getLength(list))
                        .mapToObj(i -> Array.get(list, i))
                        .toList();
    }

    /** A script that writes "${env.X}" for a variable that is not set gets the text "null". */
    private Object given(@CheckForNull Object value) throws AbortException {
        if (value == null) {
            throw unset("null");
        }
        if (value instanceof CharSequence text) {
            if (text.toString().isBlank()) {
                throw unset("empty");
            }
            if (text.toString().equals("null")) {
                throw unset("the text \"null\"");
            }
        }
        return value;
    }

    private AbortException unset(String what) {
        return new AbortException(name + " is " + what + ", most likely because a variable is not set. Set it"
                + (required ? "." : ", or leave " + name + " out."));
    }

    private AbortException wrong(Object value, String remedy) {
        return new AbortException(name + " is " + describe(value) + ". " + remedy);
    }

    private static String describe(Object value) {
        if (value instanceof CharSequence) {
            return "\"" + SingleLine.of(value.toString(), SHOWN) + "\"";
        }
        if (value instanceof Number || value instanceof Boolean) {
            return (value instanceof Number ? "the number " : "the boolean ") + value;
        }
        if (value instanceof Map) {
            return "a map";
        }
        return isList(value) ? "a list" : "a " + SingleLine.of(value.getClass().getSimpleName(), SHOWN);
    }
}
