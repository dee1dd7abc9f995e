package io.jenkins.plugins.defendertags.client.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AppRegistrationTest {

    private static final String TENANT = "5f2e1d0c-6a7b-4c8d-9e0f-112233445566";
    private static final String CLIENT = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "contoso", "common/../x", "contoso.com/oauth2", "1234", "a b.com"})
    void impossibleTenantIdIsRefused(String tenant) {
        assertRefused("is not a tenant ID", () -> AppRegistration.checkTenantId(tenant));
    }

    @ParameterizedTest
    @ValueSource(strings = {TENANT, "contoso.onmicrosoft.com", "xn--bro-hoa.example"})
    void tenantIdIsAGuidOrADomain(String tenant) {
        assertEquals(tenant, registration("commercial", tenant, CLIENT).tenantId());
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "my-app", TENANT + "0"})
    void impossibleClientIdIsRefused(String client) {
        assertRefused("is not a client ID", () -> AppRegistration.checkClientId(client));
    }

    @Test
    void secretIsInNoText() {
        AppRegistration registration = registration("commercial", TENANT, CLIENT);
        assertFalse(registration.toString().contains("hush"), registration.toString());
        assertFalse(new AccessToken("hush", Instant.MAX).toString().contains("hush"));
    }

    @ParameterizedTest
    @CsvSource({
        "commercial, 5F2E1D0C-6A7B-4C8D-9E0F-112233445566, 0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
        "commercial, 5f2e1d0c-6a7b-4c8d-9e0f-112233445566, 0A1B2C3D-4E5F-6071-8293-A4B5C6D7E8F9",
        "commercial-eu, 5f2e1d0c-6a7b-4c8d-9e0f-112233445566, 0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
    })
    void spellingsAndRegionsOfOneApplicationShareAQueue(String cloud, String tenant, String client) {
        assertEquals(
                registration("commercial", TENANT, CLIENT).queueKey(),
                registration(cloud, tenant, client).queueKey());
    }

    @ParameterizedTest
    @CsvSource({
        "gcc, 5f2e1d0c-6a7b-4c8d-9e0f-112233445566, 0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
        "commercial, 00000000-6a7b-4c8d-9e0f-112233445566, 0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
        "commercial, 5f2e1d0c-6a7b-4c8d-9e0f-112233445566, 00000000-4e5f-6071-8293-a4b5c6d7e8f9",
    })
    void otherApplicationsHaveAQueueOfTheirOwn(String cloud, String tenant, String client) {
        assertNotEquals(
                registration("commercial", TENANT, CLIENT).queueKey(),
                registration(cloud, tenant, client).queueKey());
    }

    @Test
    void managedIdentityNeedsNoTenant() {
        AppRegistration identity = new AppRegistration(
                Cloud.PRESETS.get(0), "whatever", "", new ManagedIdentity(URI.create("http://localhost:1/x")));
        assertEquals("", identity.tenantId());
        assertEquals("the managed identity", identity.describe());
    }

    private static AppRegistration registration(String cloud, String tenant, String client) {
        Cloud preset = Cloud.PRESETS.stream()
                .filter(candidate -> candidate.id().equals(cloud))
                .findFirst()
                .orElseThrow();
        return new AppRegistration(preset, tenant, client, new ClientSecret("hush"));
    }

    private static void assertRefused(String part, Executable executable) {
        String message =
                assertThrows(IllegalArgumentException.class, executable).getMessage();
        assertTrue(message.contains(part), message);
    }
}
