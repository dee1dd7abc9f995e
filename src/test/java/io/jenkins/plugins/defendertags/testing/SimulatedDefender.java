package io.jenkins.plugins.defendertags.testing;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.hudson.plugins.folder.properties.FolderCredentialsProvider.FolderCredentialsProperty;
import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SecretBytes;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.domains.Domain;
import com.cloudbees.plugins.credentials.domains.DomainCredentials;
import com.cloudbees.plugins.credentials.impl.CertificateCredentialsImpl;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.EnvVars;
import hudson.slaves.DumbSlave;
import hudson.util.Secret;
import io.jenkins.plugins.defendertags.config.CustomCloud;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.credentials.EntraAppRegistration;
import io.jenkins.plugins.defendertags.credentials.EntraSignIn;
import io.jenkins.plugins.defendertags.credentials.SecretSignIn;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.SimulatedMdatp;
import io.jenkins.plugins.defendertags.simulator.TestKeyStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jvnet.hudson.test.JenkinsRule;

/** Connects a test's Jenkins to a simulated Defender, and makes the credentials and agents that tests use. */
public final class SimulatedDefender {

    public static final String AGENT_ID = "1e5bc9d7e413ddd7902c2932e418702b84d0cc07";
    public static final String AGENT_NAME = "build-07.example.com";

    private SimulatedDefender() {}

    /** Sets up the cloud "simulated", a working credential "defender" as the default, and the agent's machine. */
    public static void connect(DefenderSimulator simulator) throws Exception {
        connectTo(null, simulator.url());
        simulator.addMachine(AGENT_ID, AGENT_NAME, "linux");
    }

    /** The same for a Jenkins in a process of its own: {@code jenkins.runRemotely(SimulatedDefender::connectTo, url)}. */
    public static void connectTo(@CheckForNull JenkinsRule r, String url) throws Exception {
        CustomCloud cloud = new CustomCloud("simulated", url, url + "/login", url + "/.default");
        cloud.setPortalUrl("https://portal.example.com");
        DefenderConfiguration.get().setCustomClouds(List.of(cloud));
        add(credential("defender", DefenderSimulator.SECRET));
        DefenderConfiguration.get().setDefaultCredentialsId("defender");
    }

    /** A second tenant: a cloud and a credential of the name "elsewhere". */
    public static void connectElsewhere(DefenderSimulator elsewhere) throws Exception {
        List<CustomCloud> clouds = DefenderConfiguration.get().getCustomClouds();
        clouds.add(new CustomCloud("elsewhere", elsewhere.url(), elsewhere.authority(), elsewhere.scope()));
        DefenderConfiguration.get().setCustomClouds(clouds);
        EntraAppRegistration credential = credential("elsewhere", DefenderSimulator.SECRET);
        credential.setCloud("elsewhere");
        add(credential);
    }

    public static EntraAppRegistration credential(String id, String secret) {
        return credential(id, new SecretSignIn(Secret.fromString(secret)));
    }

    public static EntraAppRegistration credential(String id, EntraSignIn signIn) {
        EntraAppRegistration credential = new EntraAppRegistration(
                CredentialsScope.GLOBAL, id, "", DefenderSimulator.TENANT, DefenderSimulator.CLIENT, signIn);
        credential.setCloud("simulated");
        return credential;
    }

    /** With a key store of {@link TestKeyStore}. */
    public static Credentials certificate(String id, Path keyStore) throws Exception {
        SecretBytes bytes = SecretBytes.fromBytes(Files.readAllBytes(keyStore));
        return new CertificateCredentialsImpl(
                CredentialsScope.GLOBAL,
                id,
                "",
                TestKeyStore.PASSWORD,
                new CertificateCredentialsImpl.UploadedKeyStoreSource(null, bytes));
    }

    public static void add(Credentials credential) throws Exception {
        SystemCredentialsProvider.getInstance().getCredentials().add(credential);
        SystemCredentialsProvider.getInstance().save();
    }

    public static void add(Folder folder, Credentials... credentials) throws Exception {
        folder.addProperty(new FolderCredentialsProperty(
                new DomainCredentials[] {new DomainCredentials(Domain.global(), List.of(credentials))}));
    }

    /** An agent with the label "agent" whose {@code mdatp} tells {@link #AGENT_ID}. */
    public static DumbSlave agent(JenkinsRule r, Path folder) throws Exception {
        return agentWithPath(r, SimulatedMdatp.install(folder.resolve("mdatp-folder"), AGENT_ID));
    }

    public static DumbSlave agentWithPath(JenkinsRule r, Path folder) throws Exception {
        return agentWithPath(r, "agent", folder);
    }

    /** With the label "agent". */
    public static DumbSlave agentWithPath(JenkinsRule r, String name, Path folder) throws Exception {
        DumbSlave agent = r.createSlave(name, "agent", new EnvVars(SimulatedMdatp.environment(folder)));
        r.waitOnline(agent);
        return agent;
    }
}
