package io.jenkins.plugins.defendertags.credentials;

import com.cloudbees.plugins.credentials.common.IdCredentials;
import hudson.model.Run;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;

/** Credentials whose use by a build is already recorded, because recording one writes a file. Thread-safe. */
final class TrackedUses {

    private static final Map<Run<?, ?>, Set<String>> NOTED = Collections.synchronizedMap(new WeakHashMap<>());

    private TrackedUses() {}

    /** Returns true the first time for a build and a credential, as long as the build stays in memory. */
    static boolean isNew(Run<?, ?> run, IdCredentials credential) {
        return NOTED.computeIfAbsent(run, key -> ConcurrentHashMap.newKeySet())
                .add(credential.getClass().getName() + " " + credential.getId());
    }
}
