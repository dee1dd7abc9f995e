package io.jenkins.plugins.defendertags.simulator;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The forms of OData's {@code $filter} that find a machine by what it is called, and several of them joined by "or". */
final class MachineFilter {

    private static final String LITERAL = "'((?:[^']|'')*)'";
    private static final Pattern EQUALS = Pattern.compile("(computerDnsName|lastIpAddress) eq " + LITERAL);
    private static final Pattern ID = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern IDS = Pattern.compile(
            "id in \\('[0-9a-f]{40}'(,'[0-9a-f]{40}')*\\)|id eq '[0-9a-f]{40}'( or id eq '[0-9a-f]{40}')*");
    private static final Pattern STARTS_WITH = Pattern.compile("startswith\\(computerDnsName,\\s*" + LITERAL + "\\)");

    private MachineFilter() {}

    /** @return null if the filter has another form */
    static Predicate<SimulatedMachine> parse(String filter, boolean caseSensitive) {
        Predicate<SimulatedMachine> any = machine -> false;
        for (String part : filter.split(" or ")) {
            Predicate<SimulatedMachine> one = parseOne(part, caseSensitive);
            if (one == null) {
                return null;
            }
            any = any.or(one);
        }
        return any;
    }

    private static Predicate<SimulatedMachine> parseOne(String filter, boolean caseSensitive) {
        Matcher equals = EQUALS.matcher(filter);
        if (equals.matches()) {
            Function<SimulatedMachine, String> property =
                    equals.group(1).equals("lastIpAddress") ? SimulatedMachine::lastIpAddress : SimulatedMachine::name;
            String wanted = text(equals.group(2), caseSensitive);
            return machine -> wanted.equals(fold(property.apply(machine), caseSensitive));
        }
        if (IDS.matcher(filter).matches()) {
            Set<String> ids = new HashSet<>();
            Matcher id = ID.matcher(filter);
            while (id.find()) {
                ids.add(id.group());
            }
            return machine -> ids.contains(machine.id());
        }
        Matcher startsWith = STARTS_WITH.matcher(filter);
        if (startsWith.matches()) {
            String wanted = text(startsWith.group(1), caseSensitive);
            return machine -> machine.name() != null
                    && fold(machine.name(), caseSensitive).startsWith(wanted);
        }
        return null;
    }

    private static String text(String literal, boolean caseSensitive) {
        return fold(literal.replace("''", "'"), caseSensitive);
    }

    private static String fold(String text, boolean caseSensitive) {
        return text == null || caseSensitive ? text : text.toLowerCase(Locale.ROOT);
    }
}
