package io.jenkins.plugins.defendertags.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.util.Secret;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.defendertags.testing.AsCode;
import io.jenkins.plugins.defendertags.testing.WithSharedJenkins;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

@WithSharedJenkins
class SignInAsCodeTest {

    @Test
    void everyWayIsImported(JenkinsRule r) throws Exception {
        AsCode.configure(getClass(), "sign-in-as-code.yaml");
        assertEquals(
                "secret-from-code",
                Secret.toString(signIn("secret", SecretSignIn.class).getValue()));
        assertEquals(
                "a-certificate", signIn("certificate", CertificateSignIn.class).getCredentialsId());
        assertEquals("jenkins", signIn("certificate", CertificateSignIn.class).getAlias());
        assertEquals("id-token", signIn("token", FederatedTokenSignIn.class).getCredentialsId());
        assertNull(signIn("token-file", FederatedTokenSignIn.class).getCredentialsId());
        signIn("identity", ManagedIdentitySignIn.class);
    }

    private static <T extends EntraSignIn> T signIn(String id, Class<T> type) {
        return SystemCredentialsProvider.getInstance().getCredentials().stream()
                .map(EntraAppRegistration.class::cast)
                .filter(credential -> credential.getId().equals(id))
                .map(credential -> assertInstanceOf(type, credential.getSignIn()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everyWayIsExported(JenkinsRule r) throws Exception {
        AsCode.configure(getClass(), "sign-in-as-code.yaml");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ConfigurationAsCode.get().export(out);
        String yaml = out.toString(StandardCharsets.UTF_8);
        assertFalse(yaml.contains("secret-from-code"), yaml);
        assertTrue(yaml.contains("value: \"{A"), yaml);
        String lines = yaml.replaceAll("(?m)^ +", "");
        assertTrue(lines.contains("signIn:\nclientSecret:\nvalue:"), yaml);
        assertTrue(
                lines.contains("signIn:\ncertificate:\nalias: \"jenkins\"\ncredentialsId: \"a-certificate\"\n"), yaml);
        assertTrue(lines.contains("signIn:\nfederatedToken:\ncredentialsId: \"id-token\"\n"), yaml);
        assertTrue(lines.contains("signIn: \"federatedToken\"\n"), yaml);
        assertTrue(lines.contains("signIn: \"managedIdentity\"\n"), yaml);
    }
}
