package io.jenkins.plugins.defendertags.client.queue;

import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Changes of a {@link TagQueue} that are sent in one call. All have the same action and tag. */
final class ChangeBatch implements QueuedCall {

    private final TagQueue queue;
    private final DefenderClient client;
    private final List<QueuedChange> changes;
    private final QueuedChange first;

    ChangeBatch(TagQueue queue, DefenderClient client, List<QueuedChange> changes) {
        this.queue = queue;
        this.client = client;
        this.changes = changes;
        first = changes.get(0);
    }

    @Override
    public AppRegistration registration() {
        return first.registration;
    }

    @Override
    public RetryPolicy attempts() {
        return queue.worstAttempts(changes);
    }

    @Override
    public void make() throws DefenderException {
        queue.countCall(changes);
        if (changes.size() == 1) {
            queue.made(Map.of(first, client.apply(registration(), first.change)));
        } else {
            makeInBulk();
        }
    }

    private void makeInBulk() throws DefenderException {
        Map<MachineId, Machine> answer = client.apply(
                registration(),
                first.change.action(),
                first.change.tag(),
                changes.stream().map(queued -> queued.change.machine()).toList());
        Map<QueuedChange, Machine> made = new LinkedHashMap<>();
        List<QueuedChange> missing = new ArrayList<>();
        for (QueuedChange queued : changes) {
            Machine machine = answer.get(queued.change.machine());
            if (machine != null && machine.isAfter(queued.change)) {
                made.put(queued, machine);
            } else {
                missing.add(queued);
            }
        }
        queue.answeredInBulk(missing, !made.isEmpty());
        queue.made(made);
    }

    @Override
    public void repeatAfter(Duration pause, DefenderException problem) {
        if (changes.size() > 1 && problem.kind() != Kind.THROTTLED) {
            queue.bulkFailed();
        }
        queue.repeat(changes, pause, problem);
    }

    @Override
    public void fail(Throwable problem) {
        Kind kind = problem instanceof DefenderException known ? known.kind() : null;
        if (kind == Kind.SIGN_IN) {
            queue.failAll(changes, problem);
        } else if (changes.size() == 1 && kind == Kind.REFUSED) {
            failUnlessAsWanted(problem);
        } else if (changes.size() == 1 || kind == null || kind == Kind.UNAUTHORIZED || kind == Kind.UNREACHABLE) {
            queue.failed(changes, problem);
        } else {
            queue.bulkRefused(changes, kind);
        }
    }

    /** Whether Defender refuses to add a tag that is there is not documented: a tag as wanted is no failure. */
    private void failUnlessAsWanted(Throwable problem) {
        queue.machine(registration(), first.change.machine()).whenComplete((machine, unknown) -> {
            if (machine != null && machine.isAfter(first.change)) {
                queue.made(Map.of(first, machine));
            } else {
                queue.failed(changes, problem);
            }
        });
    }
}
