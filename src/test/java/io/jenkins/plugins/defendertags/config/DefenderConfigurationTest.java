package io.jenkins.plugins.defendertags.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.util.FormValidation;
import hudson.util.Secret;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.casc.ConfiguratorException;
import io.jenkins.plugins.defendertags.credentials.EntraAppRegistration;
import io.jenkins.plugins.defendertags.credentials.SecretSignIn;
import io.jenkins.plugins.defendertags.testing.AsCode;
import io.jenkins.plugins.defendertags.testing.WebClients;
import io.jenkins.plugins.defendertags.testing.WithSharedJenkins;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

@WithSharedJenkins
class DefenderConfigurationTest {

    @Test
    void importedFromCode(JenkinsRule r) throws Exception {
        AsCode.configure(getClass(), "configuration-as-code.yaml");
        assertImported();
    }

    private static void assertImported() {
        DefenderConfiguration configuration = DefenderConfiguration.get();
        assertEquals("defender", configuration.getDefaultCredentialsId());
        assertEquals(5, configuration.getConnectTimeout());
        assertEquals(60, configuration.getRequestTimeout());
        assertEquals(AgentVerificationMode.REQUIRE, configuration.getVerifyAgents());
        List<AgentTagRule> ofAgents = configuration.getAgentTags();
        assertEquals(2, ofAgents.size());
        assertEquals("linux && docker", ofAgents.get(0).getLabel());
        assertEquals(List.of("build-agent", "a, <i>"), ofAgents.get(0).getTags());
        assertEquals("defender", ofAgents.get(0).getCredentialsId());
        assertEquals(List.of("windows-agent"), ofAgents.get(1).getTags());
        assertNull(ofAgents.get(1).getCredentialsId());
        List<PolicyRule> rules = configuration.getPolicy().getRules();
        assertEquals(2, rules.size());
        assertEquals(PolicyRule.Verdict.DENY, rules.get(0).getVerdict());
        assertEquals("MDE-*", rules.get(0).getTags());
        assertEquals(PolicyRule.Action.BOTH, rules.get(0).getAction());
        assertEquals(PolicyRule.Machines.ANY, rules.get(0).getMachines());
        assertEquals("team/**\nrelease/*", rules.get(1).getJobs());
        assertEquals(PolicyRule.Action.ADD, rules.get(1).getAction());
        assertEquals(PolicyRule.Machines.OWN, rules.get(1).getMachines());
        assertEquals("security-*", rules.get(1).getCredentials());
        assertEquals(
                URI.create("https://api.defender.example"),
                configuration.findCloud("private").orElseThrow().api());

        EntraAppRegistration credential = (EntraAppRegistration)
                SystemCredentialsProvider.getInstance().getCredentials().get(0);
        assertEquals("private", credential.getCloud());
        assertEquals("contoso.onmicrosoft.com", credential.getTenantId());
        assertEquals("secret-from-code", Secret.toString(((SecretSignIn) credential.getSignIn()).getValue()));
    }

    @Test
    void exportedAsCode(JenkinsRule r) throws Exception {
        AsCode.configure(getClass(), "configuration-as-code.yaml");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ConfigurationAsCode.get().export(out);
        String yaml = out.toString(StandardCharsets.UTF_8);
        assertTrue(yaml.contains("""
                  defenderTags:
                    agentTags:
                    - credentialsId: "defender"
                      label: "linux && docker"
                      tags:
                      - "build-agent"
                      - "a, <i>"
                    - label: "windows"
                      tags:
                      - "windows-agent"
                    callsPerHour: 700
                    callsPerMinute: 70
                    connectTimeout: 5
                    customClouds:
                    - apiUrl: "https://api.defender.example"
                      authorityUrl: "https://login.defender.example"
                      name: "private"
                      portalUrl: "https://portal.defender.example"
                      scope: "https://api.defender.example/.default"
                    deadline: 90
                    defaultCredentialsId: "defender"
                    policy:
                      rules:
                      - jobs: "**"
                        tags: "MDE-*"
                        verdict: DENY
                      - action: ADD
                        credentials: "security-*"
                        jobs: |-
                          team/**
                          release/*
                        machines: OWN
                        tags: "build-*"
                        verdict: ALLOW
                    requestTimeout: 60
                    verifyAgents: REQUIRE
                """.indent(0).replaceAll("(?m)^                ", "")), yaml);
        assertTrue(yaml.contains("entraAppRegistration:"), yaml);
        assertFalse(yaml.contains("secret-from-code"), yaml);
    }

    @Test
    void policyWithoutRulesIsRefused(JenkinsRule r) {
        ConfiguratorException refusal = assertThrows(
                ConfiguratorException.class, () -> AsCode.configure(getClass(), "policy-without-rules.yaml"));
        assertTrue(refusal.getMessage().contains("Failed to set attribute 'policy'"), refusal.getMessage());
        assertEquals(2, DefenderConfiguration.get().getPolicy().getRules().size(), "the default rules hold");
    }

    @Test
    void labelExpressionThatCannotBeParsedIsRefused(JenkinsRule r) throws Exception {
        ConfiguratorException refusal = assertThrows(
                ConfiguratorException.class, () -> AsCode.configure(getClass(), "agent-tags-with-a-broken-label.yaml"));
        assertTrue(refusal.getMessage().contains("Failed to set attribute 'agentTags'"), refusal.getMessage());
        DefenderConfiguration configuration = DefenderConfiguration.get();
        assertEquals(List.of(), configuration.getAgentTags());
        assertRefused(
                "In Tags of agents, rule 1 cannot be used: The label expression \"a &&\" cannot be parsed",
                "a &&",
                "x");
        assertRefused("It has no label expression", " ", "x");
        assertRefused("There are 0 tags", "linux", " \n ");
        assertRefused("contains a $. Variables are not replaced", "linux", "good\nbuild-${NODE_NAME}");
        assertRefused("201 characters", "linux", "x".repeat(201));
        configuration.setAgentTags(List.of(new AgentTagRule("linux", List.of("kept"))));

        JenkinsRule.WebClient client = WebClients.open(r).withThrowExceptionOnFailingStatusCode(false);
        HtmlForm form = client.goTo("manage/configure").getFormByName("config");
        form.getInputByName("_.label").setValue("linux ||");
        String text = r.submit(form).getWebResponse().getContentAsString();
        assertTrue(text.contains("The label expression \"linux ||\" cannot be parsed"), text);
        assertEquals("linux", configuration.getAgentTags().get(0).getLabel());
        AgentTagRule.DescriptorImpl descriptor = r.jenkins.getDescriptorByType(AgentTagRule.DescriptorImpl.class);
        assertEquals(FormValidation.Kind.ERROR, descriptor.doCheckLabel("linux ||").kind);
        assertEquals(FormValidation.Kind.ERROR, descriptor.doCheckLabel(" ").kind);
        assertEquals(FormValidation.Kind.ERROR, descriptor.doCheckTags("${NODE_NAME}").kind);
        assertEquals(FormValidation.Kind.OK, descriptor.doCheckTags("a\nb").kind);
    }

    private static void assertRefused(String message, String label, String tags) {
        AgentTagRule rule = new AgentTagRule(label, List.of(tags));
        String text = assertThrows(
                        IllegalArgumentException.class,
                        () -> DefenderConfiguration.get().setAgentTags(List.of(rule)))
                .getMessage();
        assertTrue(text.contains(message), text);
    }

    @Test
    void formKeepsEverything(JenkinsRule r) throws Exception {
        AsCode.configure(getClass(), "configuration-as-code.yaml");
        r.configRoundtrip();
        assertImported();
        assertEquals(
                "https://portal.defender.example",
                DefenderConfiguration.get().getCustomClouds().get(0).getPortalUrl());

        DefenderConfiguration.get().setCustomClouds(List.of());
        DefenderConfiguration.get().setAgentTags(null);
        DefenderConfiguration.get().setVerifyAgents(null);
        DefenderConfiguration.get().setPolicy(null);
        r.configRoundtrip();
        assertEquals(AgentVerificationMode.OFF, DefenderConfiguration.get().getVerifyAgents());
        assertEquals(
                List.of("MDE-Management", "*"),
                DefenderConfiguration.get().getPolicy().getRules().stream()
                        .map(PolicyRule::getTags)
                        .toList());
        assertEquals(List.of(), DefenderConfiguration.get().getCustomClouds());
        assertEquals(List.of(), DefenderConfiguration.get().getAgentTags());
    }

    @Test
    void formRefusesAnUnsafeCloudAndKeepsTheOldOne(JenkinsRule r) throws Exception {
        AsCode.configure(getClass(), "configuration-as-code.yaml");
        JenkinsRule.WebClient client = WebClients.open(r).withThrowExceptionOnFailingStatusCode(false);
        HtmlForm form = client.goTo("manage/configure").getFormByName("config");
        form.getInputByName("_.apiUrl").setValue("http://api.defender.example");
        HtmlPage page = r.submit(form);
        String text = page.getWebResponse().getContentAsString();
        assertTrue(text.contains("It must begin with https://"), text);
        assertEquals(
                "https://api.defender.example",
                DefenderConfiguration.get().getCustomClouds().get(0).getApiUrl());
    }

    @Test
    void whatIsNotUsableIsRefused(JenkinsRule r) throws Exception {
        AsCode.configure(getClass(), "configuration-as-code.yaml");
        DefenderConfiguration configuration = DefenderConfiguration.get();
        assertRefused("must begin with https://", new CustomCloud("x", "http://a.b", "https://c.d", "e/.default"));
        assertRefused("belongs to a preset", new CustomCloud("dod", "https://a.b", "https://c.d", "e/.default"));
        assertRefused("ends in \"/.default\"", new CustomCloud("x", "https://a.b", "https://c.d", "e"));
        CustomCloud twin = new CustomCloud("x", "https://a.b", "https://c.d", "e/.default");
        assertRefused("two clouds with the name x", twin, twin);
        assertThrows(IllegalArgumentException.class, () -> configuration.setRequestTimeout(0));
        assertThrows(IllegalArgumentException.class, () -> configuration.setConnectTimeout(3601));
        assertThrows(IllegalArgumentException.class, () -> configuration.setCallsPerMinute(0));
        assertThrows(IllegalArgumentException.class, () -> configuration.setCallsPerHour(-1));
        assertThrows(IllegalArgumentException.class, () -> configuration.setDeadline(0));
        assertThrows(IllegalArgumentException.class, () -> configuration.setDeadline(1441));
        assertEquals(90, configuration.getDeadline());
        assertEquals(1, configuration.getCustomClouds().size(), "nothing was lost");
        assertEquals(60, configuration.getRequestTimeout());
    }

    private static void assertRefused(String message, CustomCloud... clouds) {
        String text = assertThrows(
                        IllegalArgumentException.class,
                        () -> DefenderConfiguration.get().setCustomClouds(List.of(clouds)))
                .getMessage();
        assertTrue(text.contains(message), text);
    }
}
