package io.jenkins.plugins.defendertags;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.util.FormValidation;
import io.jenkins.plugins.defendertags.client.AppRegistration;
import io.jenkins.plugins.defendertags.client.ConnectionCheck;
import io.jenkins.plugins.defendertags.client.DefenderException;

/** What the buttons "Test connection" do. Whoever calls it has checked the permission. */
public final class ConnectionTest {

    private ConnectionTest() {}

    /** Finds the app registration to be tested. */
    @FunctionalInterface
    public interface Subject {

        /** @throws AbortException or IllegalArgumentException if it is not complete, with one line that says what to do */
        @NonNull
        AppRegistration find() throws AbortException;
    }

    /** Blocks for at most twice the request timeout. */
    @NonNull
    public static FormValidation of(@NonNull Subject subject) {
        try {
            DefenderConfiguration configuration = DefenderConfiguration.get();
            return FormValidation.ok(
                    ConnectionCheck.run(subject.find(), configuration::timeouts, JenkinsProxy::forHost));
        } catch (AbortException | IllegalArgumentException | DefenderException x) {
            return Troubleshooting.formError(x);
        }
    }
}
