package io.jenkins.plugins.defendertags.credentials;

import com.cloudbees.plugins.credentials.common.IdCredentials;
import hudson.model.Run;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;

/** Which credentials a build is known to have used, since each note writes a file. Thread-safe. */
final class TrackedUses {

    private static final Map<Run<?, ?>, Set<String>> NOTED = Collections.synchronizedMap(new WeakHashMap<>());

    private TrackedUses() {}

    /** True once for a build and a credential, while the build is in memory. */
    static boolean isNew(Run<?, ?> run, IdCredentials credential) {
        return NOTED.computeIfAbsent(run, key -> ConcurrentHashMap.newKeySet())
                .add(credential.getClass().getName() + " " + credential.getId());
    }
}
