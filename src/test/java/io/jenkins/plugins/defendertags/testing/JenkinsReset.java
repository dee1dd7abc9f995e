package io.jenkins.plugins.defendertags.testing;

import static org.awaitility.Awaitility.await;

import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.XmlFile;
import hudson.model.Node;
import hudson.model.TopLevelItem;
import hudson.model.User;
import hudson.model.View;
import hudson.security.AuthorizationStrategy;
import hudson.security.SecurityRealm;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.leases.Lease;
import io.jenkins.plugins.defendertags.leases.LeaseService;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import org.awaitility.core.ConditionTimeoutException;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * Makes a Jenkins what it was when it had just started, as far as tests change it: stops builds, deletes jobs, agents, users,
 * views, credentials and leases, and resets the security settings, the proxy and the plugin's configuration.
 */
final class JenkinsReset {

    private JenkinsReset() {}

    static void reset(JenkinsRule r) throws Exception {
        Jenkins jenkins = r.jenkins;
        jenkins.setSecurityRealm(SecurityRealm.NO_AUTHENTICATION);
        jenkins.setAuthorizationStrategy(AuthorizationStrategy.UNSECURED);
        jenkins.getQueue().clear();
        for (TopLevelItem item : jenkins.getItems()) {
            item.delete(); // aborts its builds
        }
        for (Node node : jenkins.getNodes()) {
            jenkins.removeNode(node);
        }
        jenkins.getNodeProperties().replaceBy(List.of());
        jenkins.setNumExecutors(2);
        jenkins.getGlobalNodeProperties().clear();
        for (View view : jenkins.getViews()) {
            if (view != jenkins.getPrimaryView()) {
                jenkins.deleteView(view);
            }
        }
        for (User user : User.getAll()) {
            user.delete();
        }
        jenkins.setProxy(null);
        for (Lease lease : LeaseService.get().all()) {
            LeaseService.get().release(lease.holder().id(), line -> {});
        }
        awaitRemovals();
        LeaseService.get().forget(lease -> true);
        SystemCredentialsProvider.getInstance().getCredentials().clear();
        SystemCredentialsProvider.getInstance().save();
        resetConfiguration(new File(jenkins.getRootDir(), DefenderConfiguration.class.getName() + ".xml"));
    }

    /** What is still being removed when the simulator closes is tried for long, and keeps the next test's tags waiting. */
    private static void awaitRemovals() {
        try {
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> LeaseService.get().all().size()
                            == LeaseService.get().stuck().size());
        } catch (ConditionTimeoutException x) {
            Logger.getLogger(JenkinsReset.class.getName()).log(Level.INFO, "A test left leases that nobody removes", x);
        }
    }

    private static void resetConfiguration(File file) throws IOException {
        Files.deleteIfExists(file.toPath());
        new DefenderConfiguration().save();
        new XmlFile(Jenkins.XSTREAM2, file).unmarshalNullingOut(DefenderConfiguration.get());
    }
}
