package io.jenkins.plugins.defendertags.testing;

import hudson.Functions;
import hudson.tasks.BatchFile;
import hudson.tasks.CommandInterpreter;
import hudson.tasks.Shell;

/** Build steps that run commands, on whatever system the tests run. */
public final class Commands {

    private Commands() {}

    /**
     * @param posix for {@code sh}
     * @param windows for {@code cmd}
     */
    public static CommandInterpreter run(String posix, String windows) {
        return Functions.isWindows() ? new BatchFile(windows) : new Shell(posix);
    }

    public static CommandInterpreter sleep(int seconds) {
        return run("sleep " + seconds, windowsSleep(seconds));
    }

    /** Waits until a file exists. */
    public static CommandInterpreter await(String file) {
        return run(
                "while [ ! -e '" + file + "' ]; do sleep 0.2; done",
                ":again\r\nif exist \"" + file + "\" exit /b 0\r\n" + windowsSleep(1) + "\r\ngoto again");
    }

    /** Windows' own {@code timeout} needs a console. */
    static String windowsSleep(int seconds) {
        return "ping -n " + (seconds + 1) + " 127.0.0.1 >NUL";
    }
}
