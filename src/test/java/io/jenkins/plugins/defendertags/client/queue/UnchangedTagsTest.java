package io.jenkins.plugins.defendertags.client.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** A 200 that shows the machine as it was before is no success. */
class UnchangedTagsTest extends SteppedQueueTests {

    private static void assertNotChanged(PendingChange change) {
        CompletionException x = Assertions.assertThrows(
                CompletionException.class, () -> change.result().join());
        DefenderException failure = (DefenderException) x.getCause();
        assertEquals(ErrorCode.TAG_NOT_CHANGED, failure.errorCode());
        assertTrue(failure.getMessage().contains("still has the tag \"x\""), failure.getMessage());
    }

    @Test
    void tagThatStaysIsAskedForOnceMoreAndThenAnError() {
        addMachines(1);
        simulator.machines().get(id(0)).fixed("x");
        PendingChange remove = queue.submit(registration, change(TagAction.REMOVE, "x", 0));
        assertFalse(remove.result().isDone());
        timer.advance(SECOND.multipliedBy(6));
        assertNotChanged(remove);
        assertEquals(2, newCalls().size());
    }

    @Test
    void inABulkCallTheOthersSucceed() {
        addMachines(50);
        IntStream.range(0, 10).forEach(i -> simulator.machines().get(id(i)).fixed("x"));
        List<PendingChange> changes = queue.submit(
                registration,
                IntStream.range(0, 50)
                        .mapToObj(i -> change(TagAction.REMOVE, "x", i))
                        .toList());
        timer.advance(SECOND.multipliedBy(10));
        assertEquals(40, done(changes));
        changes.subList(0, 10).forEach(UnchangedTagsTest::assertNotChanged);
        assertEquals(2, newCalls().size());
    }
}
