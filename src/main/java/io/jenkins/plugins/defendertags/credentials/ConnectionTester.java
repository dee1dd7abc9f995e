package io.jenkins.plugins.defendertags.credentials;

import hudson.AbortException;
import hudson.util.FormValidation;
import io.jenkins.plugins.defendertags.client.api.ConnectionProbe;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.support.FormResult;
import io.jenkins.plugins.defendertags.support.JenkinsProxy;
import io.jenkins.plugins.defendertags.support.Troubleshooting;

/** Signs in and reads one machine, for the buttons "Test connection". Callers check the permission first. */
public final class ConnectionTester {

    private ConnectionTester() {}

    /** Finds the app registration to test. */
    @FunctionalInterface
    public interface Subject {

        /** @throws AbortException or IllegalArgumentException if it is incomplete, with one line that says what to do */
        AppRegistration find() throws AbortException;
    }

    /** Blocks for at most twice the request timeout. */
    public static FormValidation test(Subject subject) {
        try {
            CredentialSettings configuration = CredentialSettings.get();
            return FormResult.success(
                    ConnectionProbe.run(subject.find(), configuration::timeouts, JenkinsProxy::forHost));
        } catch (AbortException | IllegalArgumentException | DefenderException x) {
            return Troubleshooting.formError(x);
        }
    }
}
