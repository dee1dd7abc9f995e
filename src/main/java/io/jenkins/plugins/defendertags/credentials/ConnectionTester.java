package io.jenkins.plugins.defendertags.credentials;

import hudson.AbortException;
import hudson.util.FormValidation;
import io.jenkins.plugins.defendertags.client.api.ConnectionProbe;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.support.JenkinsProxy;
import io.jenkins.plugins.defendertags.support.Troubleshooting;

/** What the buttons "Test connection" do. Whoever calls it has checked the permission. */
public final class ConnectionTester {

    private ConnectionTester() {}

    /** Finds the app registration to be tested. */
    @FunctionalInterface
    public interface Subject {

        /** @throws AbortException or IllegalArgumentException if it is not complete, with one line that says what to do */
        AppRegistration find() throws AbortException;
    }

    /** Blocks for at most twice the request timeout. */
    public static FormValidation of(Subject subject) {
        try {
            CredentialSettings configuration = CredentialSettings.get();
            return FormValidation.ok(
                    ConnectionProbe.run(subject.find(), configuration::timeouts, JenkinsProxy::forHost));
        } catch (AbortException | IllegalArgumentException | DefenderException x) {
            return Troubleshooting.formError(x);
        }
    }
}
