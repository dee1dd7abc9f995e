package io.jenkins.plugins.defendertags.machine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.listeners.RunListener;
import hudson.remoting.VirtualChannel;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets a build ask each of its agents once, however many steps and parallel branches want to know. In memory only, until
 * the build ends; another build, or an agent that connects again, is asked again, because a cloned or re-imaged agent keeps
 * its name and changes its ID. Thread-safe, and nothing blocks.
 */
@Extension
public final class SensorReadingCache extends RunListener<Run<?, ?>> {

    /**
     * Of builds and agents' connections. Weak, because a step that is just being aborted can ask when its build has already
     * ended.
     */
    private final Map<Run<?, ?>, Map<VirtualChannel, SensorReading>> readings =
            Collections.synchronizedMap(new WeakHashMap<>());

    static SensorReadingCache get() {
        return ExtensionList.lookupSingleton(SensorReadingCache.class);
    }

    /** The reading that is under way or done, or else a new one. One that fails is forgotten. */
    SensorReading of(Run<?, ?> build, Computer computer) {
        VirtualChannel channel = computer.getChannel();
        if (channel == null) {
            return SensorReading.start(computer); // which fails
        }
        Map<VirtualChannel, SensorReading> ofBuild = readings.computeIfAbsent(build, key -> new ConcurrentHashMap<>());
        SensorReading reading = ofBuild.computeIfAbsent(channel, key -> SensorReading.start(computer));
        reading.id().whenComplete((id, problem) -> {
            if (problem != null) {
                ofBuild.remove(channel, reading);
            }
        });
        return reading;
    }

    /** The reading that is under way or done, or null. */
    @CheckForNull
    SensorReading existing(Run<?, ?> build, VirtualChannel channel) {
        return readings.getOrDefault(build, Map.of()).get(channel);
    }

    boolean isEmpty() {
        return readings.values().stream().allMatch(Map::isEmpty);
    }

    @Override
    public void onFinalized(Run<?, ?> run) {
        readings.remove(run);
    }
}
