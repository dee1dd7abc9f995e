package io.jenkins.plugins.defendertags.credentials;

import com.microsoft.azure.util.AzureCredentials;
import hudson.Util;
import hudson.util.Secret;
import io.jenkins.plugins.defendertags.client.auth.Cloud;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.util.Locale;
import org.jenkinsci.plugins.variant.OptionalExtension;

/**
 * Reads service principals of the Azure Credentials plugin. No other class uses that plugin: where it is not installed, Jenkins
 * leaves this class out.
 */
@OptionalExtension(requirePlugins = "azure-credentials")
public final class AzureServicePrincipalAdapter extends CredentialAdapter<AzureCredentials> {

    public AzureServicePrincipalAdapter() {
        super(AzureCredentials.class);
    }

    @Override
    protected EntraAppRegistration convert(AzureCredentials principal) {
        String certificate = Util.fixEmptyAndTrim(principal.getCertificateId());
        String value = Util.fixEmpty(principal.getPlainClientSecret());
        EntraAppRegistration registration = new EntraAppRegistration(
                principal.getScope(),
                principal.getId(),
                principal.getDescription(),
                principal.getTenant(),
                principal.getClientId(),
                value == null && certificate != null
                        ? new CertificateSignIn(certificate)
                        : new SecretSignIn(Secret.fromString(value)));
        registration.setCloud(cloudOf(Util.fixNull(principal.getAzureEnvironmentName())));
        return registration;
    }

    /** The principal's own endpoints are ignored: only presets decide where tokens are sent. */
    private static String cloudOf(String environment) {
        return switch (environment.toLowerCase(Locale.ROOT)) {
            case "", "azure" -> Cloud.DEFAULT_ID;
            case "azure us government" -> "gcc-high";
            default ->
                throw new IllegalArgumentException("Defender has no API in the environment \""
                        + SingleLine.of(environment, 60) + "\" of this service principal. Use a Microsoft Entra app"
                        + " registration with a custom cloud.");
        };
    }
}
