package io.jenkins.plugins.defendertags.client.auth;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where an app registration signs in and where its calls go. API, authority and scope are independent of each other: most
 * clouds refuse a token whose scope names the API's own host.
 *
 * <p>Source of the presets: Microsoft's "Supported Microsoft Defender for Endpoint APIs" and "… for US Government
 * customers".
 *
 * @param id as stored and used in configuration files, such as {@code commercial}
 * @param displayName as shown in forms
 * @param api base URL of the API, without the trailing {@code /api}
 * @param authority base URL of the token endpoint, without the tenant
 * @param scope the OAuth scope, which ends in {@code /.default}
 * @param portal base URL of the portal that shows devices, or null if it is not known
 */
public record Cloud(
        String id,
        String displayName,
        URI api,
        URI authority,
        String scope,
        @CheckForNull URI portal) {

    private static final String PUBLIC_LOGIN = "https://login.microsoftonline.com";
    private static final String GOVERNMENT_LOGIN = "https://login.microsoftonline.us";
    private static final String PUBLIC_SCOPE = "https://api.securitycenter.microsoft.com/.default";
    private static final String PUBLIC_PORTAL = "https://security.microsoft.com";
    private static final String DEFAULT_SCOPE = "/.default";
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    /** The preset of a new app registration. */
    public static final String DEFAULT_ID = "commercial";

    /** Microsoft's clouds. */
    public static final List<Cloud> PRESETS = Stream.of(
                    Stream.of(commercial(DEFAULT_ID, "Commercial", "api.security.microsoft.com")),
                    Stream.of("us", "eu", "uk", "au", "swa", "ina", "aea")
                            .map(region -> commercial(
                                    "commercial-" + region,
                                    "Commercial, region " + region.toUpperCase(Locale.ROOT),
                                    region + ".api.security.microsoft.com")),
                    Stream.of(
                            government("gcc", "US GCC", "api-gcc", PUBLIC_LOGIN, PUBLIC_PORTAL),
                            government(
                                    "gcc-high",
                                    "US GCC High",
                                    "api-gov",
                                    GOVERNMENT_LOGIN,
                                    "https://security.microsoft.us"),
                            government("dod", "US DoD", "api-gov", GOVERNMENT_LOGIN, "https://security.apps.mil")))
            .flatMap(clouds -> clouds)
            .toList();

    private static Cloud commercial(String id, String displayName, String host) {
        return of(id, displayName, "https://" + host, PUBLIC_LOGIN, PUBLIC_SCOPE, PUBLIC_PORTAL);
    }

    private static Cloud government(String id, String displayName, String host, String authority, String portal) {
        String api = "https://" + host + ".securitycenter.microsoft.us";
        return of(id, displayName, api, authority, api + "/.default", portal);
    }

    /**
     * Makes a cloud from what an administrator entered.
     *
     * @throws IllegalArgumentException if one of the texts is not usable, with a message that says why
     */
    public static Cloud of(
            String id, String displayName, String api, String authority, String scope, @CheckForNull String portal) {
        checkId(id);
        checkScope(scope);
        return new Cloud(
                id,
                displayName,
                baseUrl("API URL", api),
                baseUrl("authority URL", authority),
                scope,
                portal == null || portal.isBlank() ? null : baseUrl("portal URL", portal));
    }

    /** @throws IllegalArgumentException if this cannot be the name of a cloud, with a message that says why */
    public static void checkId(@CheckForNull String id) {
        if (id == null || !id.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
            throw new IllegalArgumentException("The cloud's name \"" + SingleLine.of(id, 40)
                    + "\" is not usable. Use up to 63 letters, digits, dots, hyphens and underscores.");
        }
    }

    /** @throws IllegalArgumentException if this is not a scope for applications, with a message that says why */
    public static void checkScope(@CheckForNull String scope) {
        if (scope == null || !scope.matches("[\\x21-\\x7e]+/\\.default")) {
            throw new IllegalArgumentException(
                    "The scope \"" + SingleLine.of(scope, 80) + "\" is not usable. A scope ends in \"/.default\".");
        }
    }

    /**
     * Parses the base URL of a service: https (http only for the local machine), a host, and no user info, query or
     * fragment, which could redirect a token.
     *
     * @param what names the URL in error messages
     * @throws IllegalArgumentException if it is not usable, with a message that says why
     */
    public static URI baseUrl(String what, @CheckForNull String text) {
        String shown = SingleLine.of(text, 120).replaceAll("//[^/]*@", "//…@"); // may contain a password
        String problem = "The " + what + " \"" + shown + "\" is not usable. ";
        URI uri;
        try {
            uri = new URI(text == null ? "" : text.strip().replaceAll("/+$", ""));
        } catch (URISyntaxException x) {
            throw new IllegalArgumentException(problem + "Give a URL such as https://api.example.com.", x);
        }
        if (uri.getHost() == null || uri.getScheme() == null) {
            throw new IllegalArgumentException(problem + "Give a URL such as https://api.example.com.");
        }
        boolean https = uri.getScheme().equalsIgnoreCase("https");
        boolean local = uri.getScheme().equalsIgnoreCase("http")
                && LOOPBACK.contains(uri.getHost().toLowerCase(Locale.ROOT));
        if (!https && !local) {
            throw new IllegalArgumentException(problem + "It must begin with https:// (http:// only for localhost).");
        }
        if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException(problem + "Leave out user name, query and fragment.");
        }
        return uri;
    }

    /** The scope without its ending, which is how tokens for managed identities are requested. */
    public String resource() {
        return scope.substring(0, scope.length() - DEFAULT_SCOPE.length());
    }

    /** Returns the URL of a machine's page in the portal, or null if the portal is not known. */
    @CheckForNull
    public URI portalPage(MachineId machine) {
        return portal == null ? null : URI.create(portal + "/machines/" + machine.value());
    }
}
