package io.jenkins.plugins.defendertags.testing;

import static io.jenkins.plugins.defendertags.simulator.Await.await;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Holds Pipelines until a test lets them go on. Each latch has a name and is used once. */
public final class ScriptLatch {

    private static final Set<String> REACHED = ConcurrentHashMap.newKeySet();
    private static final Set<String> OPEN = ConcurrentHashMap.newKeySet();

    private ScriptLatch() {}

    /** What a Pipeline script that runs without the sandbox waits with. */
    public static String waitFor(String name) {
        return "waitUntil(initialRecurrencePeriod: 50, quiet: true) { " + ScriptLatch.class.getName() + ".isOpen('"
                + name + "') }";
    }

    /** Called by the script. */
    public static boolean isOpen(String name) {
        REACHED.add(name);
        return OPEN.contains(name);
    }

    public static void awaitReached(String name) {
        await().until(() -> REACHED.contains(name));
    }

    public static void open(String name) {
        OPEN.add(name);
    }
}
