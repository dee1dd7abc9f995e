package io.jenkins.plugins.defendertags.simulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Stands in for Defender's command line tool on a Linux agent: a program {@code mdatp} in a folder for its PATH. */
public final class SimulatedMdatp {

    private SimulatedMdatp() {}

    /** Answers as a healthy sensor does, with the warning that real ones sometimes print first. */
    public static Path install(Path folder, String machineId) throws IOException {
        return installScript(folder, """
                if [ "$*" = "health --field edr_machine_id" ]; then
                  echo 'ATTENTION: No license found. Contact your administrator for help.'
                  echo '"%s"'
                else
                  echo "unexpected arguments: $*" >&2
                  exit 64
                fi
                """.formatted(machineId));
    }

    /** @return the folder */
    public static Path installScript(Path folder, String script) throws IOException {
        Files.createDirectories(folder);
        Path mdatp = Files.writeString(folder.resolve("mdatp"), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(mdatp, PosixFilePermissions.fromString("rwxr-xr-x"));
        return folder;
    }
}
