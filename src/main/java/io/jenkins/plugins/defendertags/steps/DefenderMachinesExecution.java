package io.jenkins.plugins.defendertags.steps;

import hudson.model.Computer;
import hudson.model.Run;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.leases.LeaseService;
import io.jenkins.plugins.defendertags.tagging.MachineSearch;
import io.jenkins.plugins.defendertags.tagging.MachineSearchOperation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** One search for machines. After a restart of the controller it asks again. */
final class DefenderMachinesExecution extends TagStepExecution<List<Machine>> {

    private static final long serialVersionUID = 1;

    private final MachineSearch search;

    DefenderMachinesExecution(StepContext context, MachineSearch search) {
        super(context);
        this.search = search;
    }

    @Override
    MachineSearchOperation begin() throws Exception {
        Tag tag = search.notHeld() ? search.tag() : null;
        return MachineSearchOperation.start(
                search,
                getContext().get(Run.class),
                getContext().get(Computer.class),
                listener(),
                machine -> tag == null || !LeaseService.get().isHeld(machine.id(), tag));
    }

    @Override
    void succeeded(List<Machine> machines) {
        List<Map<String, Object>> maps = new ArrayList<>();
        machines.forEach(machine -> maps.add(machine.toMap()));
        getContext().onSuccess(maps);
    }
}
