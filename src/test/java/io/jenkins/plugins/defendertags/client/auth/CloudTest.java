package io.jenkins.plugins.defendertags.client.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.model.MachineId;
import java.net.URI;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloudTest {

    private static final String ID = "1e5bc9d7e413ddd7902c2932e418702b84d0cc07";

    @Test
    void presetsAreCompleteAndDistinct() {
        Set<String> ids = new HashSet<>();
        for (Cloud cloud : Cloud.PRESETS) {
            assertTrue(ids.add(cloud.id()), cloud.id());
            assertEquals("https", cloud.api().getScheme());
            assertEquals("https", cloud.authority().getScheme());
            assertTrue(cloud.scope().endsWith("/.default"), cloud.scope());
        }
        assertTrue(ids.contains(Cloud.DEFAULT_ID));
        assertEquals(11, ids.size(), "commercial, seven regions, GCC, GCC High, DoD");
    }

    @Test
    void scopeOfCommercialDiffersFromItsApiHost() {
        Cloud commercial = Cloud.PRESETS.get(0);
        assertEquals(URI.create("https://api.security.microsoft.com"), commercial.api());
        assertEquals("https://api.securitycenter.microsoft.com/.default", commercial.scope());
        assertEquals(
                URI.create("https://security.microsoft.com/machines/" + ID), commercial.portalPage(new MachineId(ID)));
    }

    @Test
    void governmentCloudsHaveTheirOwnUrls() {
        assertCloud(
                "gcc",
                "https://api-gcc.securitycenter.microsoft.us",
                "https://login.microsoftonline.com",
                "https://security.microsoft.com");
        assertCloud(
                "gcc-high",
                "https://api-gov.securitycenter.microsoft.us",
                "https://login.microsoftonline.us",
                "https://security.microsoft.us");
        assertCloud(
                "dod",
                "https://api-gov.securitycenter.microsoft.us",
                "https://login.microsoftonline.us",
                "https://security.apps.mil");
    }

    private static void assertCloud(String id, String api, String authority, String portal) {
        Cloud expected = Cloud.of(id, preset(id).displayName(), api, authority, api + "/.default", portal);
        assertEquals(expected, preset(id));
        assertEquals(api, expected.resource());
    }

    @ParameterizedTest
    @ValueSource(strings = {"us", "eu", "uk", "au", "swa", "ina", "aea"})
    void regionsDifferOnlyInTheirApiUrl(String region) {
        Cloud commercial = Cloud.PRESETS.get(0);
        Cloud regional = preset("commercial-" + region);
        assertEquals(URI.create("https://" + region + ".api.security.microsoft.com"), regional.api());
        assertEquals(commercial.authority(), regional.authority());
        assertEquals(commercial.scope(), regional.scope());
        assertEquals("https://api.securitycenter.microsoft.com", regional.resource());
    }

    private static Cloud preset(String id) {
        return Cloud.PRESETS.stream()
                .filter(cloud -> cloud.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "null,Give a URL such as",
                "'',Give a URL such as",
                "api.example.com,Give a URL such as",
                "https://,Give a URL such as",
                "https:///path,Give a URL such as",
                "https://exa mple.com,Give a URL such as",
                "https:api.example.com,Give a URL such as",
                "https://a_b@c@d,Give a URL such as",
                "http://api.example.com,must begin with https://",
                "http://localhost.example.com,must begin with https://",
                "http://127.0.0.1.example.com,must begin with https://",
                "http://169.254.169.254,must begin with https://",
                "ftp://localhost,must begin with https://",
                "file://localhost/etc/passwd,must begin with https://",
                "https://user@api.example.com,'Leave out user name, query and fragment'",
                "https://user:password@api.example.com,'Leave out user name, query and fragment'",
                "https://api.example.com?x=1,'Leave out user name, query and fragment'",
                "https://api.example.com/?,'Leave out user name, query and fragment'",
                "https://api.example.com#f,'Leave out user name, query and fragment'",
                "http://localhost:8080?x,'Leave out user name, query and fragment'"
            })
    void unsafeUrlIsRefused(String url, String why) {
        String message = assertRefused("The API URL \"", () -> cloud(url, "https://b.example", null));
        assertTrue(message.contains(why), message);
        assertFalse(message.contains("password"), message);
        assertRefused("The authority URL \"", () -> cloud("https://a.example", url, null));
        if (url != null && !url.isEmpty()) {
            assertRefused("The portal URL \"", () -> cloud("https://a.example", "https://b.example", url));
        }
    }

    private static Cloud cloud(String api, String authority, String portal) {
        return Cloud.of("own", "Own", api, authority, "https://c.example/.default", portal);
    }

    @Test
    void localUrlMayBeWithoutTls() {
        assertEquals(URI.create("http://localhost:8080/x"), Cloud.baseUrl("API URL", " http://localhost:8080/x/ "));
        assertEquals(URI.create("http://[::1]:8080"), Cloud.baseUrl("API URL", "http://[::1]:8080"));
    }

    @Test
    void cloudWithoutPortalHasNoMachinePages() {
        Cloud cloud =
                Cloud.of("own", "Own", "https://a.example", "https://b.example", "https://c.example/.default", "");
        assertNull(cloud.portalPage(new MachineId(ID)));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "a b", "-a", "a/b"})
    void impossibleNameOfACloudIsRefused(String id) {
        assertRefused("The cloud's name \"", () -> Cloud.checkId(id));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "x", "https://api.example.com/", "https://api example.com/.default"})
    void scopeThatIsNotForApplicationsIsRefused(String scope) {
        assertRefused("A scope ends in \"/.default\"", () -> Cloud.checkScope(scope));
    }

    private static String assertRefused(String part, Executable executable) {
        String message =
                assertThrows(IllegalArgumentException.class, executable).getMessage();
        assertTrue(message.contains(part), message);
        return message;
    }
}
