package io.jenkins.plugins.defendertags.client.auth;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A Microsoft Entra app registration or a managed identity, on whose behalf Defender is called.
 *
 * @param cloud where it signs in and calls
 * @param tenantId the directory's ID (a GUID) or one of its domain names; empty for a managed identity
 * @param clientId the application's ID (a GUID); may be empty if the virtual machine has a single managed identity
 * @param signIn how it proves its identity
 */
public record AppRegistration(Cloud cloud, String tenantId, String clientId, SignIn signIn) {

    private static final Pattern GUID =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    private static final Pattern DOMAIN =
            Pattern.compile("(?=.{4,253}$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z]{2,63}");

    /** @throws IllegalArgumentException if an ID is malformed, with a message that says where to find the right one */
    public AppRegistration {
        if (signIn instanceof ManagedIdentity) {
            tenantId = "";
        } else {
            checkTenantId(tenantId);
        }
        if (!(signIn instanceof ManagedIdentity && clientId.isEmpty())) {
            checkClientId(clientId);
        }
    }

    /** @throws IllegalArgumentException if this cannot be a tenant's ID or domain name */
    public static void checkTenantId(@CheckForNull String tenantId) {
        if (tenantId == null || !(isGuid(tenantId) || DOMAIN.matcher(tenantId).matches())) {
            throw new IllegalArgumentException("\"" + SingleLine.of(tenantId, 60) + "\" is not a tenant ID."
                    + " Use the \"Directory (tenant) ID\" from the app registration's overview page,"
                    + " or a domain name of the tenant such as contoso.onmicrosoft.com.");
        }
    }

    /** @throws IllegalArgumentException if this cannot be an application's ID */
    public static void checkClientId(@CheckForNull String clientId) {
        if (!isGuid(clientId)) {
            throw new IllegalArgumentException("\"" + SingleLine.of(clientId, 60) + "\" is not a client ID."
                    + " Use the \"Application (client) ID\" from the app registration's overview page.");
        }
    }

    /** Returns whether this has the form of Entra's IDs, which a client secret never has. */
    public static boolean isGuid(@CheckForNull String text) {
        return text != null && GUID.matcher(text).matches();
    }

    /** Names it for a message. */
    public String describe() {
        if (signIn instanceof ManagedIdentity) {
            return "the managed identity" + (clientId.isEmpty() ? "" : " " + clientId);
        }
        return "the app registration " + clientId + " of tenant " + tenantId;
    }

    /**
     * Identifies what Defender limits and orders: one application in one tenant, however its IDs are spelled, whichever
     * regional host is called, and whichever of its secrets is used.
     */
    public QueueKey queueKey() {
        return new QueueKey(
                cloud.authority(),
                cloud.scope().toLowerCase(Locale.ROOT),
                tenantId.toLowerCase(Locale.ROOT),
                clientId.toLowerCase(Locale.ROOT));
    }

    /** An application in a tenant. Authority and scope, not the API's host, tell clouds apart. */
    public record QueueKey(URI authority, String scope, String tenantId, String clientId) {

        QueueKey withTenantId(String id) {
            return new QueueKey(authority, scope, id.toLowerCase(Locale.ROOT), clientId);
        }
    }
}
