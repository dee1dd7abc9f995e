package io.jenkins.plugins.defendertags;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.CredentialsProvider;
import hudson.ExtensionList;
import hudson.model.Computer;
import hudson.model.Descriptor;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.User;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.defendertags.agents.AgentTagsProperty;
import io.jenkins.plugins.defendertags.config.AgentTagRule;
import io.jenkins.plugins.defendertags.config.CustomCloud;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.config.PolicyRule;
import io.jenkins.plugins.defendertags.config.TagPolicy;
import io.jenkins.plugins.defendertags.credentials.CertificateSignIn;
import io.jenkins.plugins.defendertags.credentials.EntraAppRegistration;
import io.jenkins.plugins.defendertags.credentials.FederatedTokenSignIn;
import io.jenkins.plugins.defendertags.credentials.ManagedIdentitySignIn;
import io.jenkins.plugins.defendertags.credentials.SecretSignIn;
import io.jenkins.plugins.defendertags.leases.StuckTagsLink;
import io.jenkins.plugins.defendertags.machine.DefenderMachineProperty;
import io.jenkins.plugins.defendertags.steps.DefenderMachinesStep;
import io.jenkins.plugins.defendertags.steps.DefenderTagStep;
import io.jenkins.plugins.defendertags.steps.WithDefenderTagStep;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WithSharedJenkins;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import jenkins.security.ApiTokenProperty;
import net.sf.json.JSONObject;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.kohsuke.stapler.verb.POST;

/** Every web method of the plugin: only by POST, and only for those who may edit what it helps to edit. */
@WithSharedJenkins
class WebMethodsTest {

    private static final String STEP = DefenderTagStep.class.getName();
    private static final String BLOCK = WithDefenderTagStep.class.getName();
    private static final String READ = DefenderMachinesStep.class.getName();
    private static final String CREDENTIAL = EntraAppRegistration.class.getName();
    private static final String SECRET = SecretSignIn.class.getName();
    private static final String CERTIFICATE = CertificateSignIn.class.getName();
    private static final String TOKEN = FederatedTokenSignIn.class.getName();
    private static final String IDENTITY = ManagedIdentitySignIn.class.getName();
    private static final String CONFIGURATION = DefenderConfiguration.class.getName();
    private static final String CLOUD = CustomCloud.class.getName();
    private static final String POLICY = TagPolicy.class.getName();
    private static final String RULE = PolicyRule.class.getName();
    private static final String AGENT_RULE = AgentTagRule.class.getName();
    private static final String PROPERTY = DefenderMachineProperty.class.getName();
    private static final String AGENT_TAGS = AgentTagsProperty.class.getName();

    /** Those that answer with the current value alone, instead of refusing. */
    private static final Set<String> CREDENTIAL_LISTS = Set.of(
            STEP + "/fillCredentialsIdItems",
            BLOCK + "/fillCredentialsIdItems",
            READ + "/fillCredentialsIdItems",
            AGENT_TAGS + "/fillCredentialsIdItems",
            AGENT_RULE + "/fillCredentialsIdItems",
            CONFIGURATION + "/fillDefaultCredentialsIdItems",
            CERTIFICATE + "/fillCredentialsIdItems",
            TOKEN + "/fillCredentialsIdItems");

    /** They use credentials, so it takes more than to be allowed to edit some. */
    private static final Set<String> TESTS = Set.of(
            SECRET + "/testConnection",
            CERTIFICATE + "/testConnection",
            TOKEN + "/testConnection",
            IDENTITY + "/testConnection",
            CONFIGURATION + "/testConnection");

    private static final Set<String> OTHERS = Set.of(
            STEP + "/fillActionItems",
            STEP + "/checkValue",
            STEP + "/checkKeepFor",
            STEP + "/checkMachine",
            STEP + "/checkMachines",
            STEP + "/checkWaitForMachine",
            STEP + "/checkCredentialsId",
            STEP + "/fillOnErrorItems",
            BLOCK + "/checkValues",
            BLOCK + "/checkMachine",
            BLOCK + "/checkMachines",
            BLOCK + "/checkWaitForMachine",
            BLOCK + "/checkCredentialsId",
            BLOCK + "/fillOnErrorItems",
            READ + "/fillHealthStatusItems",
            READ + "/fillRiskScoreItems",
            READ + "/checkNotHeld",
            READ + "/checkMachine",
            READ + "/checkMachines",
            READ + "/checkCredentialsId",
            CREDENTIAL + "/fillCloudItems",
            CREDENTIAL + "/checkTenantId",
            CREDENTIAL + "/checkClientId",
            SECRET + "/checkValue",
            CERTIFICATE + "/checkCredentialsId",
            TOKEN + "/checkCredentialsId",
            CONFIGURATION + "/checkDefaultCredentialsId",
            CONFIGURATION + "/checkConnectTimeout",
            CONFIGURATION + "/checkRequestTimeout",
            CONFIGURATION + "/checkCallsPerMinute",
            CONFIGURATION + "/checkCallsPerHour",
            CONFIGURATION + "/checkDeadline",
            POLICY + "/fillTriedActionItems",
            POLICY + "/tryPolicy",
            RULE + "/fillVerdictItems",
            RULE + "/fillActionItems",
            RULE + "/fillMachinesItems",
            RULE + "/checkJobs",
            RULE + "/checkTags",
            RULE + "/checkCredentials",
            AGENT_TAGS + "/checkTags",
            AGENT_RULE + "/checkLabel",
            AGENT_RULE + "/autoCompleteLabel",
            AGENT_RULE + "/checkTags",
            CLOUD + "/checkName",
            CLOUD + "/checkApiUrl",
            CLOUD + "/checkAuthorityUrl",
            CLOUD + "/checkScope",
            CLOUD + "/checkPortalUrl",
            PROPERTY + "/checkMachine");

    /** The fields of all methods at once; each takes its own. */
    private static final String FIELDS = Stream.of(
                    "value",
                    "machine",
                    "tenantId",
                    "clientId",
                    "credentialsId",
                    "defaultCredentialsId",
                    "connectTimeout",
                    "requestTimeout",
                    "callsPerMinute",
                    "callsPerHour",
                    "deadline",
                    "keepFor",
                    "notHeld",
                    "tags",
                    "label",
                    "name")
            .map(field -> field + "=x")
            .collect(Collectors.joining("&"));

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();

    private final Map<String, String> tokens = new HashMap<>();

    @Test
    void everyWebMethodIsInThisTestAndTakesPostOnly(JenkinsRule r) {
        Set<String> found = new TreeSet<>();
        List<Descriptor<?>> descriptors = new ArrayList<>();
        for (Descriptor<?> descriptor : ExtensionList.lookup(Descriptor.class)) {
            if (isOurs(descriptor.getClass())) {
                descriptors.add(descriptor);
            }
        }
        assertEquals(
                18,
                descriptors.size(),
                () ->
                        "step, builder, block, wrapper, read, column, credential, four ways to sign in, configuration, cloud, policy, "
                                + "rule, rule for agents, two properties: " + descriptors);
        for (Descriptor<?> descriptor : descriptors) {
            for (Method method : descriptor.getClass().getMethods()) {
                if (method.getName().startsWith("do") && isOurs(method.getDeclaringClass()) && !method.isSynthetic()) {
                    assertTrue(method.isAnnotationPresent(POST.class), () -> method + " can be called by GET");
                    String name = method.getName();
                    found.add(descriptor.getId() + "/" + Character.toLowerCase(name.charAt(2)) + name.substring(3));
                }
            }
        }
        Set<String> listed = new TreeSet<>(OTHERS);
        listed.addAll(CREDENTIAL_LISTS);
        listed.addAll(TESTS);
        assertEquals(listed, found);
    }

    private static boolean isOurs(Class<?> type) {
        return type.getName().startsWith(WebMethodsTest.class.getPackageName() + ".");
    }

    @Test
    void refusedWithoutPermission(JenkinsRule r) throws Exception {
        FreeStyleProject project = r.createFreeStyleProject("job");
        r.jenkins.setSecurityRealm(r.createDummySecurityRealm());
        r.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin")
                .grant(Jenkins.READ, Item.READ)
                .everywhere()
                .to("reader")
                .grant(Jenkins.READ)
                .everywhere()
                .to("developer")
                .grant(Item.READ, Item.CONFIGURE, Item.EXTENDED_READ)
                .onItems(project)
                .to("developer")
                .grant(Jenkins.READ, CredentialsProvider.CREATE)
                .everywhere()
                .to("keeper"));
        SimulatedDefender.add(SimulatedDefender.credential("visible-to-those-who-may-use-it", "x"));

        for (String method : OTHERS) {
            String inJob = "job/job/descriptorByName/" + method;
            String global = "descriptorByName/" + method;
            assertEquals(404, status(r, "admin", "GET", global), method + " by GET");
            assertEquals(200, status(r, "admin", "POST", global), method);
            assertEquals(403, status(r, "reader", "POST", global), method);
            assertEquals(403, status(r, "developer", "POST", global), method);
            assertEquals(
                    Stream.of(CREDENTIAL, SECRET, CERTIFICATE, TOKEN).anyMatch(method::startsWith) ? 200 : 403,
                    status(r, "keeper", "POST", global),
                    method);
            assertEquals(403, status(r, "reader", "POST", inJob), method);
            assertEquals(
                    Stream.of(STEP, BLOCK, READ).anyMatch(method::startsWith) ? 200 : 403,
                    status(r, "developer", "POST", inJob),
                    method);
        }
        for (String method : TESTS) {
            String inJob = "job/job/descriptorByName/" + method;
            String global = "descriptorByName/" + method;
            assertEquals(404, status(r, "admin", "GET", global), method + " by GET");
            assertEquals(200, status(r, "admin", "POST", global), method);
            for (String user : List.of("reader", "developer", "keeper")) {
                assertEquals(403, status(r, user, "POST", global), method + " by " + user);
            }
            assertEquals(403, status(r, "reader", "POST", inJob), method);
            assertEquals(method.startsWith(CONFIGURATION) ? 403 : 200, status(r, "developer", "POST", inJob), method);
        }
        for (String method : CREDENTIAL_LISTS) {
            assertEquals(404, status(r, "admin", "GET", "descriptorByName/" + method), method + " by GET");
            boolean ofOtherKinds = method.startsWith(CERTIFICATE) || method.startsWith(TOKEN);
            assertEquals(
                    ofOtherKinds ? Set.of("", "mine") : Set.of("", "visible-to-those-who-may-use-it", "mine"),
                    list(r, "admin", method));
            assertEquals(Set.of("mine"), list(r, "reader", method));
            assertEquals(Set.of("mine"), list(r, "developer", method));
        }
        String inJob = "job/job/descriptorByName/" + STEP + "/fillCredentialsIdItems";
        assertEquals(Set.of("mine"), items(r, "reader", inJob));
        assertEquals(Set.of("", "visible-to-those-who-may-use-it", "mine"), items(r, "developer", inJob));
    }

    @Test
    void whoMayLookAtTheConfigurationSeesWhatIsChosenInThePolicy(JenkinsRule r) throws Exception {
        r.jenkins.setSecurityRealm(r.createDummySecurityRealm());
        r.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Jenkins.SYSTEM_READ)
                .everywhere()
                .to("auditor"));
        boolean wasEnabled = Jenkins.SYSTEM_READ.getEnabled();
        Jenkins.SYSTEM_READ.setEnabled(true);
        try {
            for (String method : OTHERS) {
                boolean list = method.startsWith(POLICY + "/fill") || method.startsWith(RULE + "/fill");
                assertEquals(list ? 200 : 403, status(r, "auditor", "POST", "descriptorByName/" + method), method);
            }
        } finally {
            Jenkins.SYSTEM_READ.setEnabled(wasEnabled);
        }
    }

    @Test
    void agentsPropertyIsCheckedForThoseWhoMayConfigureTheAgent(JenkinsRule r) throws Exception {
        DumbSlave agent = r.createSlave("build-07", null, null);
        r.jenkins.setSecurityRealm(r.createDummySecurityRealm());
        r.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ)
                .everywhere()
                .to("reader", "owner", "creator")
                .grant(Computer.CREATE)
                .everywhere()
                .to("creator")
                .grant(Computer.CONFIGURE)
                .everywhere()
                .to("owner"));
        for (String method : List.of(PROPERTY + "/checkMachine", AGENT_TAGS + "/checkTags")) {
            String global = "descriptorByName/" + method;
            String onAgent = agent.toComputer().getUrl() + global;
            assertEquals(200, status(r, "owner", "POST", onAgent), method);
            assertEquals(404, status(r, "owner", "GET", onAgent), method);
            assertEquals(403, status(r, "reader", "POST", onAgent), method);
            assertEquals(403, status(r, "creator", "POST", onAgent), method);
            assertEquals(200, status(r, "creator", "POST", global), method + " in the form of a new agent");
            assertEquals(403, status(r, "owner", "POST", global), method);
        }
    }

    @Test
    void leasesAreForAdministrators(JenkinsRule r) throws Exception {
        r.jenkins.setSecurityRealm(r.createDummySecurityRealm());
        r.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin")
                .grant(Jenkins.READ, Jenkins.MANAGE, Jenkins.SYSTEM_READ)
                .everywhere()
                .to("manager"));
        for (Method method : StuckTagsLink.class.getDeclaredMethods()) {
            if (method.getName().startsWith("do")) {
                String name = method.getName();
                String page = "manage/defender-tags/" + Character.toLowerCase(name.charAt(2)) + name.substring(3);
                assertTrue(method.isAnnotationPresent(POST.class), page);
                assertEquals(404, status(r, "admin", "GET", page), page + " by GET");
                assertEquals(200, status(r, "admin", "POST", page), page);
                assertEquals(403, status(r, "manager", "POST", page), page);
            }
        }
        for (String page : List.of("manage/defender-tags/", "manage/defender-tags/api/json")) {
            assertEquals(200, status(r, "admin", "GET", page), page);
            assertEquals(403, status(r, "manager", "GET", page), page);
        }
    }

    private Set<String> list(JenkinsRule r, String user, String method) throws Exception {
        return items(r, user, "descriptorByName/" + method);
    }

    private Set<String> items(JenkinsRule r, String user, String path) throws Exception {
        String field = path.endsWith("fillCredentialsIdItems") ? "credentialsId" : "defaultCredentialsId";
        String json = request(r, user, "POST", path + "?" + field + "=mine").body();
        return JSONObject.fromObject(json).getJSONArray("values").stream()
                .map(value -> ((JSONObject) value).getString("value"))
                .collect(Collectors.toSet());
    }

    private int status(JenkinsRule r, String user, String method, String path) throws Exception {
        return request(r, user, method, path + "?" + FIELDS).statusCode();
    }

    private HttpResponse<String> request(JenkinsRule r, String user, String method, String path) throws Exception {
        String token = tokens.computeIfAbsent(user, WebMethodsTest::token);
        return CLIENT.send(
                HttpRequest.newBuilder(r.getURL().toURI().resolve(path))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .header("Authorization", "Basic " + token)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String token(String user) {
        try {
            String value = User.getOrCreateByIdOrFullName(user)
                    .getProperty(ApiTokenProperty.class)
                    .generateNewToken("test")
                    .plainValue;
            return Base64.getEncoder().encodeToString((user + ":" + value).getBytes(StandardCharsets.UTF_8));
        } catch (IOException x) {
            throw new UncheckedIOException(x);
        }
    }
}
