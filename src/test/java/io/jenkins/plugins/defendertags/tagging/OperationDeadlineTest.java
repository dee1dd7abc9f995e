package io.jenkins.plugins.defendertags.tagging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** One deadline for all that an operation waits for, by a clock that stands still until a test moves it. */
class OperationDeadlineTest {

    private static final Duration HOUR = Duration.ofHours(1);

    private long now = Long.MAX_VALUE - 5; // so that it overflows

    private final OperationDeadline deadline = new OperationDeadline(HOUR, () -> now);

    private void advance(Duration time) {
        now += time.toNanos();
    }

    private CompletableFuture<String> limited(String name) {
        return deadline.limit(new CompletableFuture<>(), () -> new IllegalStateException(name + " is too late"));
    }

    @Test
    void whatFollowsHasOnlyTheTimeThatIsLeft() {
        CompletableFuture<String> lookUp = limited("look-up");
        advance(Duration.ofMinutes(50));
        lookUp.complete("found");
        CompletableFuture<String> change = limited("change");
        advance(Duration.ofMinutes(9));
        assertFalse(deadline.isPassed());
        advance(Duration.ofMinutes(1));
        assertTrue(deadline.isPassed());
        deadline.pass();
        assertEquals("found", lookUp.join());
        assertLate("change", change);
        assertLate("repetition", limited("repetition"));
    }

    @Test
    void pausesComeOnTop() {
        deadline.extend(Duration.ofMinutes(20));
        advance(Duration.ofMinutes(79));
        assertFalse(deadline.isPassed());
        advance(Duration.ofMinutes(1));
        assertTrue(deadline.isPassed());
    }

    @Test
    void answerThatIsThereStays() {
        deadline.pass();
        CompletableFuture<String> known = CompletableFuture.completedFuture("known");
        assertEquals("known", deadline.limit(known, AssertionError::new).join());
    }

    private static void assertLate(String name, CompletableFuture<String> answer) {
        CompletionException failure = assertThrows(CompletionException.class, answer::join);
        assertEquals(name + " is too late", failure.getCause().getMessage());
    }
}
