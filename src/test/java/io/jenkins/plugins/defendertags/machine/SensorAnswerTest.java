package io.jenkins.plugins.defendertags.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.AbortException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts are what {@code mdatp} and {@code reg} print. */
class SensorAnswerTest {

    private static final String ID = "1e5bc9d7e413ddd7902c2932e418702b84d0cc07";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mdatp 0\n\"" + ID + "\"\n",
                "mdatp 0\n" + ID + "\n",
                "mdatp 0\nATTENTION: No license found. Contact your administrator for help.\n\n\"" + ID + "\"\n",
                "mdatp 0\n\"1E5BC9D7E413DDD7902C2932E418702B84D0CC07\"\r\n",
                "mdatp 0\n{\"healthy\":true,\"edrMachineId\":\"" + ID + "\",\"licensed\":true,\"orgId\":\"x\"}\n",
                "mdatp 0\nATTENTION: No license found.\n{\"edrMachineId\" : \"" + ID + "\"}",
                "reg 0\r\n\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows Advanced Threat Protection\r\n"
                        + "    senseId    REG_SZ    " + ID + "\r\n\r\n",
                "reg 0\n    senseId    REG_SZ    " + ID + "   \r\n",
                "reg 0\n    senseId    REG_SZ     " + ID + "\n"
            })
    void idIsFound(String answer) throws Exception {
        assertEquals(ID, SensorAnswer.parse("agent", answer).value());
    }

    @Test
    void notInstalled() {
        assertProblem("mdatp missing", "Defender is not installed there");
    }

    @Test
    void foundButNotExecutable() {
        assertProblem(
                "mdatp blocked\n/usr/bin/mdatp: not executable for the agent's user",
                "mdatp is there but could not be started: /usr/bin/mdatp: not executable for the agent's user.");
        assertProblem("reg blocked\nCreateProcess error=5", "reg is there but could not be started: CreateProcess");
    }

    @Test
    void daemonIsDown() {
        assertProblem("mdatp 1\nERROR: could not connect to the daemon.\n", "could not connect to the daemon");
        assertProblem("mdatp 1", "mdatp health ended with 1.");
        assertProblem("mdatp silent", "mdatp did not answer");
    }

    @Test
    void notOnboarded() {
        assertProblem("mdatp 0\n\"\"\n", "machine is onboarded");
        assertProblem(
                "reg 1\r\nERROR: The system was unable to find the specified registry key or value.\r\n",
                "the machine is not onboarded to Defender");
    }

    @Test
    void accessDeniedIsNotCalledNotInstalled() {
        assertProblem("reg 1\r\nERROR: Access is denied.\r\n", "may not read the registry value senseId");
        assertProblem(
                "reg 1\r\nFEHLER: Zugriff verweigert\r\n",
                "ended with 1: FEHLER: Zugriff verweigert. Check there that the machine is onboarded to Defender and that");
        assertProblem("reg silent", "reg did not answer");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "junk",
                "mdatp",
                "mdatp 0 extra",
                "rm 0\n\"" + ID + "\"",
                "mdatp 99999999999999999999\n",
                "mdatp 0\n\"" + ID + "\" and more",
                "mdatp 0\n\"../../../../../../../../../../../../../../x\"",
                "reg 0\n    senseGuid    REG_SZ    " + ID,
                "reg 0\n\"" + ID + "\"",
                "mdatp blocked\n\"" + ID + "\"",
                "mdatp 0\n{\"machineGuid\":\"" + ID + "\"}",
                "mdatp 0\n{\"edrMachineId\":\"" + ID + "0\"}",
                "mdatp 3\n\"" + ID + "\""
            })
    void anythingElseIsNoId(String answer) {
        assertThrows(AbortException.class, () -> SensorAnswer.parse("agent", answer));
    }

    @Test
    void hostileOutputStaysOnOneShortLine() {
        String message =
                assertProblem("mdatp 1\n\u001B[31mred\r\nERROR: fake\n" + "x".repeat(100_000), "red ERROR: fake");
        assertTrue(message.length() < 600, "length " + message.length());
        assertTrue(message.chars().noneMatch(Character::isISOControl), message);
    }

    private static String assertProblem(String answer, String part) {
        String message = assertThrows(AbortException.class, () -> SensorAnswer.parse("build-07", answer))
                .getMessage();
        assertTrue(message.startsWith("The agent build-07 could not tell its Defender machine ID: "), message);
        assertTrue(message.contains(part), message);
        return message;
    }
}
