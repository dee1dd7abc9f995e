package io.jenkins.plugins.defendertags.client.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.auth.AccessToken;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.auth.ClientSecret;
import io.jenkins.plugins.defendertags.client.auth.Cloud;
import io.jenkins.plugins.defendertags.client.http.ProxyServer;
import io.jenkins.plugins.defendertags.client.http.Timeouts;
import java.net.URI;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {

    private static final String ID = "1e5bc9d7e413ddd7902c2932e418702b84d0cc07";

    @ParameterizedTest
    @ValueSource(strings = {"a", "build-agent", " inner space ", "标签", "<script>", "a,b (c)"})
    void tagIsKeptAsItIs(String value) {
        assertEquals(value, new Tag(value).value());
    }

    @Test
    void tagMayHave200Characters() {
        assertEquals(200, new Tag("x".repeat(200)).value().length());
        assertEquals(400, new Tag("\uD83D\uDE00".repeat(200)).value().length(), "a character may be two chars");
        assertMessage("201 characters", () -> new Tag("x".repeat(201)));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " ", "\t", "\u2003"})
    void blankTagIsRefused(String value) {
        assertMessage("The tag is empty", () -> new Tag(value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\u0000", "\u001B[31mred", "a\u2028b", "\uD800"})
    void controlCharacterInTagIsRefused(String value) {
        String message = assertMessage("control character", () -> new Tag(value));
        assertEquals(SingleLine.of(message, 500), message, "the message itself is one clean line");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Add", "add", "ADD", " add "})
    void actionInAnyCase(String name) {
        assertEquals("Add", TagAction.parse(name).wireName());
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "Replace", "Add Remove", "Set"})
    void otherActionsAreRefused(String name) {
        assertMessage("Use \"Add\" or \"Remove\"", () -> TagAction.parse(name));
    }

    @Test
    void machineIdIsLowerCased() {
        assertEquals(ID, new MachineId(ID.toUpperCase()).value());
        assertEquals("1e5b…cc07", new MachineId(ID).abbreviated());
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "1e5bc9d7e413ddd7902c2932e418702b84d0cc0",
                "1e5bc9d7e413ddd7902c2932e418702b84d0cc077",
                "1e5bc9d7e413ddd7902c2932e418702b84d0cc/7",
                "../../../../../../../../../../../../tags",
                "1e5bc9d7e413ddd7902c2932e418702b84d0cc0g",
                "1e5bc9d7e413ddd7902c2932e418702b84d0cc07\n"
            })
    void whatIsNoMachineIdNeverGetsIntoAUrl(String text) {
        assertFalse(MachineId.isMachineId(text));
        assertMessage("40 hexadecimal digits", () -> new MachineId(text));
    }

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
    void tokenForCommercialIsNotForTheApisOwnHost() {
        Cloud commercial = Cloud.PRESETS.get(0);
        assertEquals(URI.create("https://api.security.microsoft.com"), commercial.api());
        assertEquals("https://api.securitycenter.microsoft.com/.default", commercial.scope());
        assertEquals(
                URI.create("https://security.microsoft.com/machines/" + ID), commercial.portalPage(new MachineId(ID)));
    }

    @Test
    void governmentsHaveTheirOwnAddresses() {
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
    void regionDiffersInItsApiAlone(String region) {
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
    void unsafeAddressOfACloudIsRefused(String url, String why) {
        String message = assertMessage("The API URL \"", () -> cloud(url, "https://b.example", null));
        assertTrue(message.contains(why), message);
        assertFalse(message.contains("password"), message);
        assertMessage("The authority URL \"", () -> cloud("https://a.example", url, null));
        if (url != null && !url.isEmpty()) {
            assertMessage("The portal URL \"", () -> cloud("https://a.example", "https://b.example", url));
        }
    }

    private static Cloud cloud(String api, String authority, String portal) {
        return Cloud.of("own", "Own", api, authority, "https://c.example/.default", portal);
    }

    @Test
    void baseUrlOfThisMachineMayDoWithoutTls() {
        assertEquals(URI.create("http://localhost:8080/x"), Cloud.baseUrl("API URL", " http://localhost:8080/x/ "));
        assertEquals(URI.create("http://[::1]:8080"), Cloud.baseUrl("API URL", "http://[::1]:8080"));
    }

    @Test
    void cloudWithoutPortalHasNoPage() {
        Cloud cloud =
                Cloud.of("own", "Own", "https://a.example", "https://b.example", "https://c.example/.default", "");
        assertNull(cloud.portalPage(new MachineId(ID)));
        assertMessage("/.default", () -> Cloud.of("own", "Own", "https://a.example", "https://b.example", "x", null));
        assertMessage("name", () -> Cloud.of("a b", "", "https://a.example", "https://b.example", "x/.default", null));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "contoso", "common/../x", "contoso.com/oauth2", "1234", "a b.com"})
    void malformedTenantIsRefused(String tenant) {
        assertMessage("is not a tenant ID", () -> AppRegistration.checkTenantId(tenant));
    }

    @Test
    void tenantIsAGuidOrADomain() {
        AppRegistration.checkTenantId("5f2e1d0c-6a7b-4c8d-9e0f-112233445566");
        AppRegistration.checkTenantId("contoso.onmicrosoft.com");
        assertMessage("is not a client ID", () -> AppRegistration.checkClientId("my-app"));
    }

    @Test
    void secretIsInNoText() {
        AppRegistration registration = new AppRegistration(
                Cloud.PRESETS.get(0),
                "contoso.onmicrosoft.com",
                "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
                new ClientSecret("hush"));
        assertFalse(registration.toString().contains("hush"), registration.toString());
        assertFalse(new ProxyServer("proxy", 3128, "user", "hush").toString().contains("hush"));
        assertFalse(new AccessToken("hush", java.time.Instant.MAX).toString().contains("hush"));
        assertMessage("no client secret", () -> new ClientSecret(" "));
    }

    @Test
    void timeoutsAreBounded() {
        assertMessage("timeout", () -> new Timeouts(java.time.Duration.ZERO, java.time.Duration.ofSeconds(1)));
        assertMessage("timeout", () -> new Timeouts(java.time.Duration.ofSeconds(1), java.time.Duration.ofHours(2)));
    }

    @Test
    void oneLineHasNoTricks() {
        assertEquals("a b c", SingleLine.of("a\r\n\u001Bb\u202Ec", 10));
        assertEquals("xxxx…", SingleLine.of("x".repeat(1_000_000), 5));
        assertEquals("", SingleLine.of(null, 5));
    }

    private static String assertMessage(String part, org.junit.jupiter.api.function.Executable executable) {
        String message =
                assertThrows(IllegalArgumentException.class, executable).getMessage();
        assertTrue(message.contains(part), message);
        return message;
    }
}
