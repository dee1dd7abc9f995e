package io.jenkins.plugins.defendertags.simulator;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/**
 * Stands in for Defender's sensor on an agent: a program {@code mdatp} in a folder for the PATH of a Linux or macOS agent; on
 * Windows a {@code reg.bat}, which an agent runs instead of {@code reg.exe} if it is started with {@link #environment}.
 */
public final class SimulatedMdatp {

    private static final boolean WINDOWS = File.pathSeparatorChar == ';';

    /** As {@code SensorProbe} has it, which the demo cannot see. */
    private static final String REG_PROPERTY = "io.jenkins.plugins.defendertags.machine.SensorProbe.reg";

    private SimulatedMdatp() {}

    /**
     * Answers as a healthy sensor does, with the warning that real ones sometimes print first.
     *
     * @return the folder
     */
    public static Path install(Path folder, String machineId) throws IOException {
        if (WINDOWS) {
            Files.createDirectories(folder);
            installReg(folder, machineId);
            return folder;
        }
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

    /** @return a program that answers as {@code reg query} does for the value of an onboarded machine */
    public static Path installReg(Path folder, String machineId) throws IOException {
        return Files.writeString(
                folder.resolve("reg.bat"), """
                @echo off
                if not "%%~4"=="senseId" exit /b 1
                echo.
                echo HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows Advanced Threat Protection
                echo     senseId    REG_SZ    %s
                echo.
                """.formatted(machineId).replace("\n", "\r\n"));
    }

    /**
     * For Linux and macOS only.
     *
     * @return the folder
     */
    public static Path installScript(Path folder, String script) throws IOException {
        Files.createDirectories(folder);
        Path mdatp = Files.writeString(folder.resolve("mdatp"), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(mdatp, PosixFilePermissions.fromString("rwxr-xr-x"));
        return folder;
    }

    /** Environment variables with which the agent's process finds what is installed in the folder. */
    public static Map<String, String> environment(Path folder) {
        return WINDOWS
                ? Map.of("JAVA_TOOL_OPTIONS", "-D" + REG_PROPERTY + "=" + folder.resolve("reg.bat"))
                : Map.of("PATH", folder + File.pathSeparator + System.getenv("PATH"));
    }
}
