package io.jenkins.plugins.defendertags.config;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.AbortException;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.config.PolicyRule.Action;
import io.jenkins.plugins.defendertags.config.PolicyRule.Machines;
import io.jenkins.plugins.defendertags.config.PolicyRule.Verdict;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules by themselves; {@link TagPolicyTest} holds builds to them. */
class PolicyRulesTest {

    private static final List<String> JOBS = List.of("app", "team/app", "team/app/main", "security/q", "security");
    private static final List<String> TAGS = List.of("quarantine", "build-1", "MDE-Management", "x");

    private static TagPolicy policy(PolicyRule... rules) {
        TagPolicy policy = new TagPolicy();
        policy.setRules(List.of(rules));
        policy.validate();
        return policy;
    }

    private static PolicyRule rule(Verdict verdict, String jobs, String tags) {
        return new PolicyRule(verdict, jobs, tags);
    }

    private static PolicyRule rule(Verdict verdict, String jobs, String tags, Action action, Machines machines) {
        PolicyRule rule = rule(verdict, jobs, tags);
        rule.setAction(action);
        rule.setMachines(machines);
        return rule;
    }

    private static PolicyRequest request(String job, String tag, TagAction action, boolean names) {
        return new PolicyRequest(job, new Tag(tag), action, names, "defender");
    }

    private static String refusal(TagPolicy policy, PolicyRequest request) {
        return assertThrows(AbortException.class, () -> policy.check(request)).getMessage();
    }

    @Test
    void oneJobAddsWhatOnlyAnotherRemoves() {
        TagPolicy policy = policy(
                rule(Verdict.ALLOW, "security/**", "quarantine"),
                rule(Verdict.ALLOW, "ci/**", "quarantine", Action.ADD, Machines.ANY));
        assertDoesNotThrow(() -> policy.check(request("ci/app", "quarantine", TagAction.ADD, true)));
        assertDoesNotThrow(() -> policy.check(request("security/q", "quarantine", TagAction.REMOVE, true)));
        assertEquals(
                "The job ci/app may not remove the tag \"quarantine\" on a machine that it names: no rule allows it"
                        + " (Manage Jenkins > System > Defender Tags > Policy).",
                refusal(policy, request("ci/app", "quarantine", TagAction.REMOVE, true)));
    }

    @Test
    void refusalNamesTheRuleAndWhereItIs() {
        assertEquals(
                "The job app may not add the tag \"MDE-Management\": rule 1, deny MDE-Management for ** (Manage Jenkins >"
                        + " System > Defender Tags > Policy).",
                refusal(new TagPolicy(), request("app", "MDE-Management", TagAction.ADD, false)));
    }

    @Test
    void refusalSaysThatTheOwnAgentIsAllowed() {
        String message = refusal(
                policy(rule(Verdict.ALLOW, "**", "*", Action.BOTH, Machines.OWN)),
                request("app", "x", TagAction.ADD, true));
        assertTrue(message.contains("Leave machine and machines out"), message);
    }

    @ParameterizedTest
    @CsvSource({
        "' MDE-Management '",
        "MDE-Mana\u200Bgement",
        "\uFF2DDE-Management",
        "MDE-Management\u00A0",
        "mde-management"
    })
    void lookAlikesOfADeniedTagAreDenied(String tag) {
        refusal(new TagPolicy(), request("app", tag, TagAction.ADD, false));
    }

    @Test
    void lookAlikesOfAnAllowedTagAreNotAllowed() {
        refusal(
                policy(rule(Verdict.ALLOW, "**", "quarantine")),
                request("app", "quarantine\u200B", TagAction.ADD, false));
    }

    @Test
    void agentsAreFitByRulesForAllJobsOnly() {
        TagPolicy policy =
                policy(rule(Verdict.ALLOW, "*", "a"), rule(Verdict.DENY, "**", "b"), rule(Verdict.ALLOW, "**", "c"));
        refusal(policy, request(null, "a", TagAction.ADD, false));
        refusal(policy, request(null, "b", TagAction.ADD, false));
        assertDoesNotThrow(() -> policy.check(request(null, "c", TagAction.ADD, false)));
    }

    @Test
    void readingNeedsARuleThatLetsTheJobNameMachines() {
        TagPolicy policy = policy(
                rule(Verdict.DENY, "fork/**", "*"),
                rule(Verdict.DENY, "**", "MDE-*"),
                rule(Verdict.ALLOW, "gate/*", "only-this", Action.REMOVE, Machines.ANY),
                rule(Verdict.ALLOW, "**", "*", Action.BOTH, Machines.OWN));
        assertDoesNotThrow(() -> policy.checkReading("gate/release", "defender"));
        String none = assertThrows(AbortException.class, () -> policy.checkReading("app", "defender"))
                .getMessage();
        assertTrue(none.contains("no rule lets it name machines"), none);
        String denied = assertThrows(AbortException.class, () -> policy.checkReading("fork/PR-1", "defender"))
                .getMessage();
        assertTrue(denied.contains("rule 1, deny * for fork/**"), denied);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-,**,*,It has no verdict",
                "ALLOW,-,*,It names no jobs",
                "ALLOW,' ',*,It names no jobs",
                "DENY,**,-,It names no tags",
                "DENY,**,a\u200B,contains an invisible character"
            })
    void unusableRulesAreRefused(Verdict verdict, String jobs, String tags, String message) {
        TagPolicy policy = new TagPolicy();
        policy.setRules(List.of(rule(Verdict.DENY, "**", "ok"), rule(verdict, jobs, tags)));
        String text =
                assertThrows(IllegalArgumentException.class, policy::validate).getMessage();
        assertTrue(text.startsWith("Rule 2 of the policy cannot be used. ") && text.contains(message), text);
    }

    /** What the first rule that fits says, written as plainly as can be. */
    @Property
    void agreesWithAPlainModel(@ForAll("rules") List<PolicyRule> rules, @ForAll("requests") PolicyRequest request) {
        boolean expected = false;
        for (PolicyRule rule : rules) {
            boolean job = rule.getJobs().equals("**")
                    || rule.getJobs().equals(request.job())
                    || rule.getJobs().endsWith("/**")
                            && request.job().startsWith(rule.getJobs().replace("**", ""));
            boolean tag = rule.getTags().equals("*")
                    || rule.getTags().equalsIgnoreCase(request.tag().value());
            boolean action = rule.getAction() == Action.BOTH
                    || rule.getAction().name().equals(request.action().name());
            boolean machine = rule.getMachines() == Machines.ANY || !request.namesMachines();
            if (job && tag && action && machine) {
                expected = rule.getVerdict() == Verdict.ALLOW;
                break;
            }
        }
        TagPolicy policy = policy(rules.toArray(new PolicyRule[0]));
        boolean allowed = true;
        try {
            policy.check(request);
        } catch (AbortException refused) {
            allowed = false;
        }
        assertEquals(expected, allowed);
    }

    @Provide
    Arbitrary<List<PolicyRule>> rules() {
        return Combinators.combine(
                        Arbitraries.of(Verdict.class),
                        Arbitraries.of("**", "team/**", "security/**", "app", "team/app"),
                        Arbitraries.of("*", "quarantine", "MDE-Management"),
                        Arbitraries.of(Action.class),
                        Arbitraries.of(Machines.class))
                .as(PolicyRulesTest::rule)
                .list()
                .ofMinSize(1)
                .ofMaxSize(6);
    }

    @Provide
    Arbitrary<PolicyRequest> requests() {
        return Combinators.combine(
                        Arbitraries.of(JOBS),
                        Arbitraries.of(TAGS),
                        Arbitraries.of(TagAction.class),
                        Arbitraries.of(true, false))
                .as(PolicyRulesTest::request);
    }
}
