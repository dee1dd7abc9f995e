package io.jenkins.plugins.defendertags.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.AbortException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The shapes are those of {@code mdatp} and {@code reg} as people posted them, with other IDs: versions 101.02 to 101.23062 on
 * Linux and macOS, and Microsoft's own pages.
 */
class SensorOutputParserTest {

    private static final String ID = "1e5bc9d7e413ddd7902c2932e418702b84d0cc07";

    private static final String NO_LICENSE = "ATTENTION: No license found. Contact your administrator for help.\n";

    /** What {@code mdatp health} prints, whatever field it is asked for, in some versions. */
    private static final String LIST = """
            healthy                                     : %1$s
            health_issues                               : []
            licensed                                    : %1$s
            org_id                                      : %2$s
            machine_guid                                : "ae672b31-45db-467e-a9be-401284530c07"
            product_expiration                          : Apr 10, 2024 at 01:34:28 PM
            edr_configuration_version                   : "20.199999.main.2022.07.05.02-ac10b0623fd381e28133debe14b39bb2dc5b61af"
            edr_machine_id                              : %3$s
            conflicting_applications                    : []
            """;

    private static final String JSON = "{\"$type\":\"getHealthAllResult\",\"appVersion\":\"101.23062.0010\","
            + "\"cloudEnabled\":{\"displayValue\":true,\"isManaged\":false,\"value\":true},"
            + "\"definitionsStatus\":{\"$type\":\"upToDate\"},"
            + "\"edrConfigurationVersion\":\"30.199999-ac10b0623fd381e28133debe14b39bb2dc5b61af\","
            + "\"edrDeviceTags\":{\"displayValue\":true,\"isManaged\":false,\"value\":[]},"
            + "\"edrMachineId\":%s,\"healthy\":true,\"licensed\":%s,"
            + "\"machineGuid\":\"ae672b31-45db-467e-a9be-401284530c07\",\"orgId\":\"\"}\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mdatp 0\n\"" + ID + "\"\n",
                "mdatp 0\n" + ID + "\n",
                "mdatp 0\n" + NO_LICENSE + "\n\"" + ID + "\"\n",
                "mdatp 0\nATTENTION: The product is expired.\nATTENTION: Update it.\n\"" + ID + "\"\n",
                "mdatp 0\n\"1E5BC9D7E413DDD7902C2932E418702B84D0CC07\"\r\n",
                "mdatp 0\n{\"healthy\":true,\"edrMachineId\":\"" + ID + "\",\"licensed\":true,\"orgId\":\"x\"}\n",
                "mdatp 0\nATTENTION: No license found.\n{\"edrMachineId\" : \"" + ID + "\"}",
                "mdatp 0\nedrMachineId                            : \"" + ID + "\"\n",
                "mdatp 1\n\"" + ID + "\"\n",
                "mdatp 78\n" + NO_LICENSE + "\"" + ID + "\"\n",
                "reg 0\r\n\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows Advanced Threat Protection\r\n"
                        + "    senseId    REG_SZ    " + ID + "\r\n\r\n",
                "reg 0\n    senseId    REG_SZ    " + ID + "   \r\n",
                "reg 0\n    senseId    REG_SZ     " + ID + "\n"
            })
    void idIsFound(String output) throws Exception {
        assertEquals(ID, SensorOutputParser.parse("agent", output).value());
    }

    @Test
    void idIsFoundInAListThatIgnoresTheField() throws Exception {
        String list = LIST.formatted("true", "\"b6cafe3e-bf50-4d8d-829a-d68b3fd21827\"", "\"" + ID + "\"");
        assertEquals(ID, SensorOutputParser.parse("agent", "mdatp 0\n" + list).value());
        assertEquals(
                ID,
                SensorOutputParser.parse("agent", "mdatp 0\n" + NO_LICENSE + list.replace("\n", "\r\n"))
                        .value());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"" + ID + "\"",
                "{\"displayValue\":true,\"isManaged\":false,\"value\":\"" + ID + "\"}",
                "{ \"value\" : \"" + ID + "\" }"
            })
    void idIsFoundInJsonWithNestedObjects(String id) throws Exception {
        assertEquals(
                ID,
                SensorOutputParser.parse("agent", "mdatp 0\n" + JSON.formatted(id, "true"))
                        .value());
    }

    @Test
    void notInstalled() {
        assertProblem("mdatp missing", "Defender is not installed there");
    }

    @Test
    void foundButNotExecutable() {
        assertProblem(
                "mdatp blocked\n/usr/bin/mdatp: not executable for the agent's user",
                "mdatp exists but could not be started: /usr/bin/mdatp: not executable for the agent's user.");
        assertProblem("reg blocked\nCreateProcess error=5", "reg exists but could not be started: CreateProcess");
    }

    @Test
    void daemonIsDown() {
        assertProblem("mdatp 1\nERROR: could not connect to the daemon.\n", "could not connect to the daemon");
        assertProblem("mdatp 1\nERROR: service unavailable\n", "Check there that the Defender service runs");
        assertProblem("mdatp 1", "mdatp health ended with 1.");
        assertProblem("mdatp silent", "mdatp did not answer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mdatp 0\n\"\"\n",
                "mdatp 0\n",
                "mdatp 0\nunavailable\n",
                "mdatp 0\n\"unavailable\"\n",
                "mdatp 0\n" + NO_LICENSE + "\"\"\n",
                "mdatp 0\n" + NO_LICENSE + "unavailable\n",
                "mdatp 1\n" + NO_LICENSE,
                "mdatp 0\nATTENTION: No license found. Contact your administrator for help. [\"missing license\"]\n",
                "reg missing",
                "reg unset"
            })
    void notOnboardedIsSaidFirst(String output) {
        assertNotOnboarded(output);
    }

    @ParameterizedTest
    @CsvSource({"unavailable,false", "'\"\"',false", "unavailable,true"})
    void notOnboardedInAListOrJson(String id, String licensed) {
        assertNotOnboarded("mdatp 0\n" + LIST.formatted(licensed, "unavailable", id));
        assertNotOnboarded("mdatp 1\n" + LIST.formatted(licensed, "unavailable", id));
        assertNotOnboarded("mdatp 0\n" + JSON.formatted("\"" + id.replace("\"", "") + "\"", licensed));
    }

    private static void assertNotOnboarded(String output) {
        String message = assertProblem(output, "the machine is not onboarded to Defender");
        assertTrue(message.contains("machine ID: the machine is not onboarded"), "first: " + message);
    }

    @Test
    void accessDeniedIsNotCalledNotInstalled() {
        assertProblem("reg denied", "may not read the registry value senseId");
        assertProblem("reg 5", "reg ended with 5 when the registry value senseId was read. Check there that");
        assertProblem("reg silent", "reg did not answer");
        assertProblem("reg 0\n    senseId    REG_SZ    none\n", "is not a machine ID: senseId REG_SZ none.");
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
                "reg 1\n    senseId    REG_SZ    " + ID,
                "mdatp blocked\n\"" + ID + "\"",
                "mdatp missing\n\"" + ID + "\"",
                "mdatp 0\n{\"machineGuid\":\"" + ID + "\"}",
                "mdatp 0\n{\"edrMachineId\":\"" + ID + "0\"}",
                "mdatp 0\nmachine_guid    : \"" + ID + "\"",
                "mdatp 0\nedr_configuration_version   : \"20.199999.main-" + ID + "\""
            })
    void anythingElseIsNoId(String output) {
        assertThrows(AbortException.class, () -> SensorOutputParser.parse("agent", output));
    }

    @Test
    void hostileOutputStaysOnOneShortLine() {
        String message =
                assertProblem("mdatp 1\n\u001B[31mred\r\nERROR: fake\n" + "x".repeat(100_000), "red ERROR: fake");
        assertTrue(message.length() < 600, "length " + message.length());
        assertTrue(message.chars().noneMatch(Character::isISOControl), message);
    }

    private static String assertProblem(String output, String part) {
        String message = assertThrows(AbortException.class, () -> SensorOutputParser.parse("build-07", output))
                .getMessage();
        assertTrue(message.startsWith("The agent build-07 could not report its Defender machine ID: "), message);
        assertTrue(message.contains(part), message);
        return message;
    }
}
