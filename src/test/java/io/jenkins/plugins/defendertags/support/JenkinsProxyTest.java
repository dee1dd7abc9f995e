package io.jenkins.plugins.defendertags.support;

import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import hudson.ProxyConfiguration;
import hudson.model.Result;
import io.jenkins.plugins.defendertags.config.CustomCloud;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.ForwardingProxy;
import io.jenkins.plugins.defendertags.simulator.Tinyproxy;
import io.jenkins.plugins.defendertags.simulator.TlsFront;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.BuildWatcherExtension;

/** Manage Jenkins &gt; System &gt; Proxy, with every request going the way that it says at that moment. */
@WithDefender
@Timeout(120)
class JenkinsProxyTest {

    @RegisterExtension
    static final BuildWatcherExtension BUILDS = new BuildWatcherExtension();

    private static final String USER = "jenkins";
    private static final String PASSWORD = "proxy-password";
    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    JenkinsProxyTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @Test
    void everyRequestTakesIt() throws Exception {
        try (ForwardingProxy proxy = new ForwardingProxy(null, null, null)) {
            r.jenkins.setProxy(new ProxyConfiguration("localhost", proxy.port()));
            r.buildAndAssertSuccess(tag("x"));
            r.buildAndAssertSuccess(job("defenderTag action: 'Add', value: 'by-name', machine: 'build-07'"));
            assertAllForwarded(proxy);
            assertTrue(proxy.forwarded().get(0).endsWith("/oauth2/v2.0/token"), "signing in, too");
            assertTrue(proxy.forwarded().contains("POST " + simulator.url() + "/api/machines/" + AGENT_ID + "/tags"));
        }
    }

    @Test
    void passwordIsGivenAndItsChangeNeedsNoRestart() throws Exception {
        try (ForwardingProxy proxy = new ForwardingProxy(USER, PASSWORD, null)) {
            r.jenkins.setProxy(new ProxyConfiguration("localhost", proxy.port(), USER, "wrong"));
            assertRefused(407);
            assertEquals(List.of(), proxy.forwarded());
            r.jenkins.setProxy(new ProxyConfiguration("localhost", proxy.port(), USER, PASSWORD));
            WorkflowRun run = r.buildAndAssertSuccess(tag("x"));
            assertEquals(List.of("linux", "x"), simulator.tagsOf(AGENT_ID));
            assertAllForwarded(proxy);
            assertFalse(JenkinsRule.getLog(run).contains(PASSWORD));
        }
    }

    /** Jenkins may ask others through it, too. */
    private void assertAllForwarded(ForwardingProxy proxy) {
        long forwarded = proxy.forwarded().stream()
                .filter(request -> request.contains(simulator.url()))
                .count();
        assertEquals(
                simulator.requests().size(), forwarded, () -> proxy.forwarded().toString());
    }

    @Test
    void exclusionsAndRemovalCountAtOnce() throws Exception {
        try (ForwardingProxy proxy = new ForwardingProxy(null, null, null)) {
            int port = proxy.port();
            for (String excluded : List.of("localhost", "*.example.com\nlocal*")) {
                r.jenkins.setProxy(new ProxyConfiguration("localhost", port, null, null, excluded));
                r.buildAndAssertSuccess(tag("x"));
                assertEquals(List.of(), proxy.forwarded(), excluded);
            }
            r.jenkins.setProxy(new ProxyConfiguration("localhost", port, null, null, "*.example.com"));
            r.buildAndAssertSuccess(tag("x"));
            assertEquals(1, proxy.forwarded().size(), "the token is there, only the tag is sent");
            r.jenkins.setProxy(null);
            r.buildAndAssertSuccess(tag("x"));
            assertEquals(1, proxy.forwarded().size());
            assertEquals(4, simulator.tagCalls());
        }
    }

    @Test
    void worksByHttpsWithARealProxy(@TempDir Path folder) throws Exception {
        Optional<Path> program = Tinyproxy.program();
        assumeTrue(program.isPresent(), "tinyproxy is not installed: apt-get install tinyproxy");
        try (Tinyproxy proxy = Tinyproxy.start(program.get(), folder, USER, PASSWORD);
                TlsFront front = new TlsFront(URI.create(simulator.url()).getPort(), folder)) {
            DefenderConfiguration.get()
                    .setCustomClouds(List.of(
                            new CustomCloud("simulated", front.url(), front.url() + "/login", simulator.scope())));
            r.jenkins.setProxy(new ProxyConfiguration("localhost", proxy.port()));
            assertRefused(407);
            r.jenkins.setProxy(new ProxyConfiguration("localhost", proxy.port(), USER, "wrong"));
            assertRefused(401);
            r.jenkins.setProxy(new ProxyConfiguration("localhost", proxy.port(), USER, PASSWORD));
            r.buildAndAssertSuccess(tag("x"));
            assertEquals(List.of("linux", "x"), simulator.tagsOf(AGENT_ID));
            String tunnel = "CONNECT " + front.url().replace("https://", "") + " ";
            assertTrue(proxy.log().contains(tunnel), proxy.log());
            assertFalse(proxy.log().contains("/api/machines"), "a proxy sees the host, and no more");
            r.jenkins.setProxy(new ProxyConfiguration("localhost", proxy.port(), USER, "wrong", "localhost"));
            r.buildAndAssertSuccess(tag("y"));
            assertEquals(List.of("linux", "x", "y"), simulator.tagsOf(AGENT_ID));
        }
    }

    private void assertRefused(int status) throws Exception {
        int before = simulator.requests().size();
        WorkflowRun run = r.buildAndAssertStatus(Result.FAILURE, tag("refused"));
        r.assertLogContains("(HTTP " + status + ")", run);
        r.assertLogContains("Check the proxy's user name and password in Manage Jenkins > System.", run);
        assertEquals(before, simulator.requests().size());
    }

    private WorkflowJob tag(String tag) throws Exception {
        return job("defenderTag action: 'Add', value: '" + tag + "', machine: '" + AGENT_ID + "'");
    }

    private WorkflowJob job(String script) throws Exception {
        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }
}
