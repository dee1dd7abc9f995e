package io.jenkins.plugins.defendertags.demo;

import java.io.IOException;
import java.nio.file.Files;

/** The demo's jobs. */
public final class DemoJobs {

    public static final String PIPELINE = "tag-from-pipeline";
    public static final String FREESTYLE = "tag-from-freestyle";
    /** Many machines at once, one of which Defender does not know. */
    public static final String FLEET = "tag-a-fleet";
    /** A tag for the time of a block. */
    public static final String BLOCK = "tag-while-building";

    private DemoJobs() {}

    /** Before the start. */
    public static void addTo(RunningJenkins jenkins) throws IOException {
        jenkins.addPipeline(PIPELINE, Files.readString(Demo.FILES.resolve("pipeline.groovy")));
        jenkins.addPipeline(FLEET, Files.readString(Demo.FILES.resolve("fleet.groovy")));
        jenkins.addPipeline(BLOCK, Files.readString(Demo.FILES.resolve("block.groovy")));
        jenkins.addJob(FREESTYLE, Files.readString(Demo.FILES.resolve("freestyle.xml")));
    }
}
