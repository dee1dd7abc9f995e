package io.jenkins.plugins.defendertags.bench;

import java.util.Locale;

/** Prints lines of name and value, and marks those that miss their goal. */
final class Figures {

    private Figures() {}

    /** A figure without a goal. */
    static void print(String name, double value) {
        System.out.println(name + " " + number(value));
    }

    /** A figure that should not be above its goal. */
    static void print(String name, double value, double goal) {
        System.out.println(name + " " + number(value) + (value > goal ? " MISSED (goal: at most " + number(goal) + ")" : ""));
    }

    /** Something that could not be measured here. */
    static void notMeasured(String name, String why) {
        System.out.println(name + " not measured: " + why);
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? String.valueOf((long) value)
                : String.format(Locale.ROOT, "%.3f", value);
    }
}
