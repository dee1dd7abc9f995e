package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.queue.TagQueue;
import io.jenkins.plugins.defendertags.client.resolve.MachineResolver;
import io.jenkins.plugins.defendertags.credentials.EntraAppRegistration;
import io.jenkins.plugins.defendertags.service.DefenderService;
import io.jenkins.plugins.defendertags.support.BuildLog;

/**
 * What every stage of an operation needs, known from its start.
 *
 * @param computer where the build runs at the moment; null outside of any agent
 */
record OperationContext(
        TagRequest request,
        Run<?, ?> run,
        @CheckForNull Computer computer,
        TaskListener listener,
        EntraAppRegistration credential,
        AppRegistration registration) {

    TagQueue queue() {
        return DefenderService.get().queue(registration);
    }

    MachineResolver resolver() {
        return DefenderService.get().resolver(registration);
    }

    void log(String line) {
        BuildLog.write(listener, line);
    }
}
