package io.jenkins.plugins.defendertags.client.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.auth.verifier.ClientAuthenticationVerifier;
import com.nimbusds.oauth2.sdk.auth.verifier.ClientCredentialsSelector;
import com.nimbusds.oauth2.sdk.auth.verifier.Context;
import com.nimbusds.oauth2.sdk.auth.verifier.InvalidClientException;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.ClientID;
import io.jenkins.plugins.defendertags.client.auth.AccessToken;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.auth.ClientCertificate;
import io.jenkins.plugins.defendertags.client.auth.ClientSecret;
import io.jenkins.plugins.defendertags.client.auth.Cloud;
import io.jenkins.plugins.defendertags.client.auth.JwtClaims;
import io.jenkins.plugins.defendertags.client.auth.KeyStoreCertificate;
import io.jenkins.plugins.defendertags.client.auth.SignIn;
import io.jenkins.plugins.defendertags.client.auth.TokenEndpoint;
import io.jenkins.plugins.defendertags.client.http.HttpTransport;
import io.jenkins.plugins.defendertags.client.http.ProxyServer;
import io.jenkins.plugins.defendertags.client.http.Timeouts;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.simulator.TestKeyStore;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import okhttp3.mockwebserver.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Token requests as a server sees them that nobody of this project wrote, and as the library it is made of checks them. */
@Timeout(60)
class IndependentServerTest {

    private static final String TENANT = "contoso.onmicrosoft.com";
    private static final String CLIENT = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";

    private final MockOAuth2Server server = new MockOAuth2Server();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final HttpTransport transport = new HttpTransport(() -> Timeouts.DEFAULT, ProxyServer.Chooser.NONE, timer);

    @TempDir
    Path folder;

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void close() throws Exception {
        transport.close();
        timer.shutdownNow();
        server.shutdown();
    }

    @Test
    void secret() throws Exception {
        signIn(new ClientSecret("a secret with + & = % and ü"));
        TokenRequest request = received();
        ClientSecretPost post = assertInstanceOf(ClientSecretPost.class, request.getClientAuthentication());
        assertEquals("a secret with + & = % and ü", post.getClientSecret().getValue());
        assertEquals(CLIENT, post.getClientID().getValue());
        assertInstanceOf(ClientCredentialsGrant.class, request.getAuthorizationGrant());
        assertEquals("https://api.example/.default", request.getScope().toString());
    }

    @Test
    void certificate() throws Exception {
        ClientCertificate certificate = certificate("jenkins");
        signIn(certificate);
        PrivateKeyJWT jwt = assertInstanceOf(
                PrivateKeyJWT.class, received().getClientAuthentication());
        JWSHeader header = jwt.getClientAssertion().getHeader();
        assertEquals("PS256", header.getAlgorithm().getName());
        assertEquals(
                Base64URL.encode(MessageDigest.getInstance("SHA-256")
                        .digest(certificate.certificate().getEncoded())),
                header.getX509CertSHA256Thumbprint());
        verifier(certificate).verify(jwt, null, null);
        assertThrows(
                InvalidClientException.class,
                () -> verifier(certificate("other")).verify(jwt, null, null),
                "the library does check the signature");
    }

    private void signIn(SignIn signIn) throws DefenderException {
        String url = server.baseUrl().toString();
        Cloud cloud = Cloud.of("independent", "", url, url, "https://api.example/.default", null);
        AccessToken token = new TokenEndpoint(transport, Clock.systemUTC())
                .fetch(new AppRegistration(cloud, TENANT, CLIENT, signIn));
        assertEquals(CLIENT, JwtClaims.of(token.value()).text("sub"), "the server made the token for this application");
        assertTrue(token.renewAfter().isAfter(Clock.systemUTC().instant()));
    }

    private TokenRequest received() throws Exception {
        RecordedRequest received = server.takeRequest(10, TimeUnit.SECONDS);
        assertEquals("/" + TENANT + "/oauth2/v2.0/token", received.getPath());
        HTTPRequest request = new HTTPRequest(HTTPRequest.Method.POST, tokenUrl());
        request.setHeader("Content-Type", received.getHeader("Content-Type"));
        request.setBody(received.getBody().readUtf8());
        return TokenRequest.parse(request);
    }

    private URL tokenUrl() throws Exception {
        return URI.create(server.baseUrl() + TENANT + "/oauth2/v2.0/token").toURL();
    }

    private ClientAuthenticationVerifier<Void> verifier(ClientCertificate certificate) throws Exception {
        Audience endpoint = new Audience(tokenUrl().toURI());
        return new ClientAuthenticationVerifier<>(new OneKey(certificate), Set.of(endpoint));
    }

    private ClientCertificate certificate(String alias) throws Exception {
        Path file = TestKeyStore.create(folder.resolve(alias + ".p12"), alias);
        return KeyStoreCertificate.of(TestKeyStore.open(file), null, TestKeyStore.PASSWORD.toCharArray());
    }

    private record OneKey(ClientCertificate certificate) implements ClientCredentialsSelector<Void> {

        @Override
        public List<Secret> selectClientSecrets(
                ClientID client, ClientAuthenticationMethod method, Context<Void> context) {
            return List.of();
        }

        @Override
        public List<? extends PublicKey> selectPublicKeys(
                ClientID client,
                ClientAuthenticationMethod method,
                JWSHeader header,
                boolean forceRefresh,
                Context<Void> context) {
            return List.of(certificate.certificate().getPublicKey());
        }
    }
}
