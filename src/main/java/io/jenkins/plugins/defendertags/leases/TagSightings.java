package io.jenkins.plugins.defendertags.leases;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.XmlFile;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Tag;
import java.io.File;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * Since when sweeps have seen a tag on a machine without anybody that holds it. Defender does not tell when a tag was added,
 * so this is the least that is known about its age. Kept on disk, as JDK types. Thread-safe.
 */
@Extension
public final class TagSightings {

    private static final Logger LOGGER = Logger.getLogger(TagSightings.class.getName());

    /** Milliseconds since 1970 UTC by machine ID, for each credential and tag; null until they are read. */
    private Map<String, Map<String, Long>> all;

    static TagSightings get() {
        return ExtensionList.lookupSingleton(TagSightings.class);
    }

    /**
     * Notes what a sweep has seen, and forgets where it has not.
     *
     * @param machines all that have the tag and nobody who holds it
     * @return since when, for each of them
     */
    synchronized Map<MachineId, Instant> note(String credentialsId, Tag tag, Collection<MachineId> machines)
            throws IOException {
        read();
        String key = credentialsId + "\n" + tag.value();
        Map<String, Long> before = all.getOrDefault(key, Map.of());
        Map<String, Long> now = new TreeMap<>();
        Map<MachineId, Instant> since = new LinkedHashMap<>();
        for (MachineId machine : machines) {
            long time = before.getOrDefault(machine.value(), System.currentTimeMillis());
            now.put(machine.value(), time);
            since.put(machine, Instant.ofEpochMilli(time));
        }
        if (now.isEmpty()) {
            all.remove(key);
        } else {
            all.put(key, now);
        }
        if (!now.equals(before)) {
            file().write(all);
        }
        return since;
    }

    /** What cannot be read is forgotten: then tags stay a while longer. */
    private void read() {
        if (all != null) {
            return;
        }
        all = new TreeMap<>();
        XmlFile file = file();
        try {
            if (file.exists() && file.read() instanceof Map<?, ?> stored) {
                stored.forEach((key, machines) -> all.put((String) key, read((Map<?, ?>) machines)));
            }
        } catch (IOException | RuntimeException x) {
            LOGGER.log(
                    Level.WARNING,
                    x,
                    () -> file + " cannot be read. Sweeps begin anew to note since when they see a tag");
            all.clear();
        }
    }

    private static Map<String, Long> read(Map<?, ?> stored) {
        Map<String, Long> machines = new TreeMap<>();
        stored.forEach((machine, time) -> machines.put((String) machine, (Long) time));
        return machines;
    }

    private static XmlFile file() {
        return new XmlFile(new File(Jenkins.get().getRootDir(), TagSightings.class.getName() + ".xml"));
    }
}
