package io.jenkins.plugins.defendertags.machine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Run;
import hudson.model.listeners.RunListener;
import hudson.remoting.VirtualChannel;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Lets a build ask each of its agents once, however many steps and parallel branches want to know. In memory only, until
 * the build ends; another build, or an agent that connects anew, is asked anew, because a cloned or re-imaged agent keeps
 * its name and changes its ID. Thread-safe.
 */
@Extension
public final class SensorReadings extends RunListener<Run<?, ?>> {

    /**
     * Of builds and agents' connections. Weak, because a step that is just being aborted can ask when its build has already
     * ended.
     */
    private final Map<Object, Map<VirtualChannel, SensorReading>> readings =
            Collections.synchronizedMap(new WeakHashMap<>());

    static SensorReadings get() {
        return ExtensionList.lookupSingleton(SensorReadings.class);
    }

    /**
     * The reading that is under way or done, or else a new one. Returns at once.
     *
     * @param asker for whom the reading is kept until it is forgotten: a build
     */
    SensorReading of(Object asker, String agent, VirtualChannel channel) throws AbortException {
        Map<VirtualChannel, SensorReading> ofAsker =
                readings.computeIfAbsent(asker, key -> Collections.synchronizedMap(new HashMap<>()));
        synchronized (ofAsker) {
            SensorReading reading = ofAsker.get(channel);
            if (reading == null) {
                reading = new SensorReading(agent, channel);
                ofAsker.put(channel, reading);
            }
            return reading;
        }
    }

    /** The reading that is under way or done, or null. */
    @CheckForNull
    SensorReading existing(Object asker, VirtualChannel channel) {
        return readings.getOrDefault(asker, Map.of()).get(channel);
    }

    void forget(Object asker, SensorReading reading) {
        Map<VirtualChannel, SensorReading> ofAsker = readings.get(asker);
        if (ofAsker != null) {
            ofAsker.values().remove(reading);
        }
    }

    boolean isEmpty() {
        return readings.values().stream().allMatch(Map::isEmpty);
    }

    @Override
    public void onFinalized(Run<?, ?> run) {
        readings.remove(run);
    }
}
