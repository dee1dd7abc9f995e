package io.jenkins.plugins.defendertags.bench;

import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import io.jenkins.plugins.defendertags.client.queue.PendingChange;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** One warm change, from submission to result, beside a bare POST of HttpClient 5 to the same simulator. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 4, time = 2)
public class WarmTagBench {

    private final List<TagChange> change =
            List.of(new TagChange(TagAction.ADD, new Tag("x"), new MachineId(SimulatedWay.id(0))));
    private SimulatedWay way;
    private CloseableHttpClient bare;
    private String url;
    private String authorization;

    @Setup
    public void start() throws Exception {
        way = new SimulatedWay(SimulatedWay.UNLIMITED);
        way.addMachines(1);
        way.submit(TagAction.ADD, "x", 0).result().get();
        bare = HttpClients.createDefault();
        url = way.simulator.url() + "/api/machines/" + SimulatedWay.id(0) + "/tags";
        authorization = "Bearer " + way.simulator.tokens().get(0);
    }

    @TearDown
    public void stop() throws Exception {
        bare.close();
        way.close();
    }

    @Benchmark
    public Object queue() throws Exception {
        List<PendingChange> pending = way.queue().enqueue(way.registration(), change);
        way.queue().dispatch(pending);
        return pending.get(0).result().get();
    }

    @Benchmark
    public Object bare() throws Exception {
        HttpPost post = new HttpPost(url);
        post.setHeader("Authorization", authorization);
        post.setEntity(new StringEntity("{\"Value\":\"x\",\"Action\":\"Add\"}", ContentType.APPLICATION_JSON));
        return bare.execute(post, response -> {
            if (response.getCode() != 200) {
                throw new AssertionError("HTTP " + response.getCode());
            }
            return EntityUtils.toByteArray(response.getEntity());
        });
    }

    static void run() throws Exception {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(WarmTagBench.class.getName())
                        .verbosity(VerboseMode.SILENT)
                        .jvmArgs("-Dsun.net.httpserver.nodelay=true")
                        .build())
                .run();
        double queue = micros(results, "queue");
        double bare = micros(results, "bare");
        Figures.print("warm_tag_us", queue);
        Figures.print("warm_bare_post_us", bare);
        Figures.print("warm_tag_ratio", queue / bare, 1.1);
        try (SimulatedWay way = new SimulatedWay(SimulatedWay.UNLIMITED)) {
            DefenderSimulator simulator = way.simulator;
            way.addMachines(1);
            way.submit(TagAction.ADD, "warm", 0).result().get();
            int before = simulator.requests().size();
            way.submit(TagAction.ADD, "x", 0).result().get();
            Figures.print("warm_tag_calls", simulator.requests().size() - before, 1);
        }
    }

    private static double micros(Collection<RunResult> results, String name) {
        return results.stream()
                .filter(result -> result.getPrimaryResult().getLabel().equals(name))
                .findFirst()
                .orElseThrow()
                .getPrimaryResult()
                .getScore();
    }
}
