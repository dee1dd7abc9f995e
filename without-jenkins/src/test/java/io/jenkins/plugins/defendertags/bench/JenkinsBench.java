package io.jenkins.plugins.defendertags.bench;

import io.jenkins.plugins.defendertags.demo.Demo;
import io.jenkins.plugins.defendertags.demo.RunningJenkins;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The step beside what people do without it, 100 times each on one agent of one real Jenkins. */
final class JenkinsBench {

    private static final Path FOLDER = Path.of("target/bench");
    private static final Duration LIMIT = Duration.ofMinutes(10);

    /** In rounds of 20, so that all are equally warm and meet with the same load; the first round does not count. */
    private static final String SCRIPT = """
            def times = [:]
            def time(Map times, int round, String name, Closure body) {
                long start = System.currentTimeMillis()
                for (int i = 0; i < 20; i++) { body() }
                if (round > 0) { times[name] = (times[name] ?: 0) + System.currentTimeMillis() - start }
            }
            node('agent') {
                for (int round = 0; round <= 5; round++) {
                time(times, round, 'step') { defenderTag(action: 'Add', value: 'step') }
                time(times, round, 'noop') { noop(action: 'Add', value: 'step') }
                time(times, round, 'curl') {
                    sh(script: '''set +x
                        token=$(curl -sf -d client_id=@CLIENT@ --data-urlencode client_secret=@SECRET@ \\
                            -d grant_type=client_credentials --data-urlencode scope=@URL@/.default \\
                            @URL@/login/@TENANT@/oauth2/v2.0/token | sed -E 's/.*"access_token":"([^"]*)".*/\\\\1/')
                        curl -sf -o /dev/null -H "Authorization: Bearer $token" -H 'Content-Type: application/json' \\
                            -d '{"Value":"curl","Action":"Add"}' @URL@/api/machines/@MACHINE@/tags''')
                }
                @HTTP_REQUEST@
                }
            }
            for (name in ['step', 'noop', 'curl', 'httprequest']) { echo "figure ${name} ${times[name]}" }
            """;

    /**
     * A step with the same arguments that only calls back from a pool: what any asynchronous step costs in Pipeline. It waits for a
     * millisecond, because Pipeline takes a step that has called back by the time at which it is started for a synchronous one, after
     * which it saves nothing.
     */
    private static final String NOOP = """
            import hudson.model.Computer
            import jenkins.model.Jenkins
            import org.jenkinsci.plugins.workflow.steps.*
            import org.kohsuke.stapler.DataBoundConstructor
            import org.kohsuke.stapler.DataBoundSetter

            class NoopStep extends Step {
                @DataBoundConstructor NoopStep() {}
                @DataBoundSetter public String action
                @DataBoundSetter public String value
                StepExecution start(StepContext context) { new NoopExecution(context) }
                static class DescriptorImpl extends StepDescriptor {
                    String getFunctionName() { 'noop' }
                    Set<Class<?>> getRequiredContext() { [] as Set }
                }
            }
            class NoopExecution extends StepExecution {
                NoopExecution(StepContext context) { super(context) }
                boolean start() {
                    def context = getContext()
                    Computer.threadPoolForRemoting.execute({ sleep(1); context.onSuccess(null) } as Runnable)
                    false
                }
            }
            Jenkins.get().getExtensionList(StepDescriptor).add(new NoopStep.DescriptorImpl())
            """;

    private static final String HTTP_REQUEST = """
            time(times, round, 'httprequest') {
                    def token = httpRequest(httpMode: 'POST', contentType: 'APPLICATION_FORM', quiet: true,
                        url: '@URL@/login/@TENANT@/oauth2/v2.0/token',
                        requestBody: 'client_id=@CLIENT@&client_secret=@SECRET@&grant_type=client_credentials&scope=@URL@/.default')
                        .content.replaceAll('.*"access_token":"([^"]*)".*', '$1')
                    httpRequest(httpMode: 'POST', contentType: 'APPLICATION_JSON', quiet: true,
                        url: '@URL@/api/machines/@MACHINE@/tags', requestBody: '{"Value":"httprequest","Action":"Add"}',
                        customHeaders: [[name: 'Authorization', value: 'Bearer ' + token, maskValue: true]])
                }
            """;

    private JenkinsBench() {}

    /** @param httpRequest whether the http_request plugin can be had */
    static void run(String maven, boolean httpRequest) throws Exception {
        try (DefenderSimulator simulator = new DefenderSimulator();
                RunningJenkins jenkins = new RunningJenkins(FOLDER, maven, simulator.url(), 0)) {
            simulator.addMachine(Demo.AGENT_ID, "build-07.example.com");
            String script = SCRIPT.replace("@HTTP_REQUEST@", httpRequest ? HTTP_REQUEST : "")
                    .replace("@URL@", simulator.url())
                    .replace("@TENANT@", DefenderSimulator.TENANT)
                    .replace("@CLIENT@", DefenderSimulator.CLIENT)
                    .replace("@SECRET@", DefenderSimulator.SECRET)
                    .replace("@MACHINE@", Demo.AGENT_ID);
            jenkins.addPipeline("bench", script);
            jenkins.addStartScript("noop", NOOP);
            OutageEndBench.addJobs(jenkins);
            jenkins.setVariable("DEMO_CALLS_PER_MINUTE", "1000000");
            jenkins.setVariable("DEMO_CALLS_PER_HOUR", "1000000");
            if (httpRequest) {
                jenkins.addOption("-Pbench");
            }
            jenkins.start();
            jenkins.startAgent();
            jenkins.build("bench");
            String log = jenkins.get(jenkins.awaitEnd("bench", 1, LIMIT) + "consoleText").body();
            double step = millis(log, "step");
            double curl = millis(log, "curl");
            double noop = millis(log, "noop");
            Figures.print("step_ms", step);
            Figures.print("noop_ms", noop);
            Figures.print("step_vs_noop", step / noop, 1.8);
            Figures.print("curl_ms", curl);
            Figures.print("step_vs_curl", step / curl);
            if (httpRequest) {
                double other = millis(log, "httprequest");
                Figures.print("httprequest_ms", other);
                Figures.print("step_vs_httprequest", step / other);
            } else {
                Figures.notMeasured("step_vs_httprequest", "the http_request plugin cannot be had here");
            }
            OutageEndBench.run(jenkins, simulator);
        }
    }

    /** For one of the hundred. */
    private static double millis(String log, String name) {
        Matcher matcher = Pattern.compile("(?m)^figure " + name + " (\\d+)$").matcher(log);
        if (!matcher.find()) {
            throw new AssertionError("no figure of " + name + " in the log:\n" + log);
        }
        return Long.parseLong(matcher.group(1)) / 100.0;
    }
}
