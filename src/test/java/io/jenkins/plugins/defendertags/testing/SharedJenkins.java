package io.jenkins.plugins.defendertags.testing;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.JenkinsExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;
import org.kohsuke.stapler.MetaClass;

/**
 * The one Jenkins of a test process, which all classes that do not need their own share. It starts when a test asks for it and
 * stops with the process, or before a class that starts a Jenkins by itself: there can only be one.
 */
final class SharedJenkins {

    @CheckForNull
    private static SharedJenkins running;

    private final JenkinsRule rule;
    private final ShortTimers timers;

    private SharedJenkins(JenkinsRule rule, ShortTimers timers) {
        this.rule = rule;
        this.timers = timers;
    }

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(SharedJenkins::stop));
    }

    static synchronized JenkinsRule start(ParameterContext parameter, ExtensionContext context) {
        if (running == null) {
            ShortTimers timers = new ShortTimers();
            running = new SharedJenkins(
                    (JenkinsRule) new JenkinsExtension().resolveParameter(parameter, context), timers);
            MetaClass.NO_CACHE =
                    false; // as in a Jenkins that runs; the rule has it look for each view anew, again and again
        }
        return running.rule;
    }

    /** Does nothing if no test of this process has asked for it. */
    static synchronized void reset() throws Exception {
        if (running != null) {
            WebClients.closeAll(running.rule);
            JenkinsReset.reset(running.rule);
        }
    }

    private static synchronized void stop() {
        if (running == null) {
            return;
        }
        SharedJenkins stopped = running;
        running = null;
        try {
            stopped.rule.after();
        } catch (Exception x) {
            throw new IllegalStateException("The shared Jenkins did not stop", x);
        } finally {
            stopped.timers.close();
        }
    }

    /** Makes room for a class that starts its own Jenkins. JUnit finds it by its file in {@code META-INF/services}. */
    public static final class MakesRoom implements BeforeAllCallback {

        @Override
        public void beforeAll(ExtensionContext context) {
            if (startsItsOwn(context.getRequiredTestClass())) {
                stop();
            }
        }

        private static boolean startsItsOwn(Class<?> testClass) {
            return AnnotationSupport.isAnnotated(testClass, WithJenkins.class)
                    || !ReflectionSupport.findFields(
                                    testClass,
                                    field -> field.getType() == JenkinsSessionExtension.class,
                                    HierarchyTraversalMode.TOP_DOWN)
                            .isEmpty();
        }
    }
}
