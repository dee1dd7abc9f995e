package io.jenkins.plugins.defendertags.monitoring;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.model.AdministrativeMonitor;
import io.jenkins.plugins.defendertags.client.auth.ClientCertificate;
import io.jenkins.plugins.defendertags.client.auth.SignInFailure;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.credentials.UsedCredentials;
import io.jenkins.plugins.defendertags.service.DefenderService;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;

/**
 * Warns administrators about credentials that were used since the controller started: when Entra refused the last sign-in, until
 * one succeeds or the secret is replaced, and when a certificate is about to expire.
 */
@Extension
public final class SignInMonitor extends AdministrativeMonitor {

    static final Duration BEFORE_END = Duration.ofDays(30);

    private static final int LONGEST_ID = 255;

    @Override
    public String getDisplayName() {
        return Messages.SignInMonitor_DisplayName();
    }

    @Override
    public boolean isActivated() {
        return !getWarnings().isEmpty();
    }

    /** One for each credential that needs somebody. */
    public List<Warning> getWarnings() {
        Instant soon = Instant.now().plus(BEFORE_END);
        List<Warning> warnings = new ArrayList<>();
        if (DefenderService.get().signIns().hasFailures()
                || UsedCredentials.get().hasCertificateThatEndsBefore(soon)) {
            for (UsedCredentials.Use use : UsedCredentials.get().list()) {
                SignInFailure failure = DefenderService.get().signIns().lastFailure(use.registration());
                if (failure != null || UsedCredentials.endsBefore(use.registration(), soon)) {
                    warnings.add(new Warning(use, failure));
                }
            }
        }
        return warnings;
    }

    /** A credential that cannot sign in, or will soon be unable to. */
    public static final class Warning {

        private final UsedCredentials.Use use;
        private final SignInFailure failure;

        private Warning(UsedCredentials.Use use, @CheckForNull SignInFailure failure) {
            this.use = use;
            this.failure = failure;
        }

        public String getCredentialsId() {
            return SingleLine.of(use.binding().credentialsId(), LONGEST_ID);
        }

        public String getPlace() {
            return SingleLine.of(use.describePlace(), LONGEST_ID);
        }

        /** When Entra refused the last sign-in; null if it did not. */
        @CheckForNull
        public Date getFailed() {
            return failure == null ? null : Date.from(failure.time());
        }

        /** Why it was refused. */
        public String getProblem() {
            return failure == null ? "" : failure.problem().getMessage();
        }

        /** Where the troubleshooting page explains that. */
        @CheckForNull
        public ErrorCode getErrorCode() {
            return failure == null ? null : failure.problem().errorCode();
        }

        /** When its certificate expires; null if it has none. */
        @CheckForNull
        public Date getEnd() {
            return use.registration().signIn() instanceof ClientCertificate certificate
                    ? Date.from(certificate.end())
                    : null;
        }
    }
}
