package io.jenkins.plugins.defendertags.testing;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A variable of a script that, once begun, keeps Pipeline from saving the script until the test lets it go on. For one test. */
public final class SlowToSave implements Serializable {

    private static final long serialVersionUID = 1;

    private static final CountDownLatch REACHED = new CountDownLatch(1);
    private static final CountDownLatch OPEN = new CountDownLatch(1);

    private static volatile boolean begun;

    /** Called by the script. */
    public static void begin() {
        begun = true;
    }

    public static void awaitReached() throws InterruptedException {
        if (!REACHED.await(1, TimeUnit.MINUTES)) {
            throw new AssertionError("Pipeline has not begun to save the script");
        }
    }

    public static void letGoOn() {
        OPEN.countDown();
    }

    private void writeObject(ObjectOutputStream out) throws IOException {
        out.defaultWriteObject();
        if (!begun) {
            return;
        }
        REACHED.countDown();
        try {
            OPEN.await();
        } catch (InterruptedException x) {
            throw new IOException(x);
        }
    }
}
