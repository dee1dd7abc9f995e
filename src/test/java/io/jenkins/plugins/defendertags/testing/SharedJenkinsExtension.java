package io.jenkins.plugins.defendertags.testing;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.JenkinsExtension;

/** Starts one Jenkins for each test class and resets it after each test. See {@link WithSharedJenkins}. */
class SharedJenkinsExtension implements ParameterResolver, AfterEachCallback {

    static final Namespace NAMESPACE = Namespace.create(SharedJenkinsExtension.class);

    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
        return ExtensionContextScope.TEST_METHOD;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == JenkinsRule.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return jenkins(parameter, context);
    }

    static JenkinsRule jenkins(ParameterContext parameter, ExtensionContext context) {
        ExtensionContext testClass = testClass(context);
        return testClass
                .getStore(NAMESPACE)
                .computeIfAbsent(
                        SharedJenkins.class, key -> SharedJenkins.start(parameter, testClass), SharedJenkins.class)
                .rule();
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        SharedJenkins shared = context.getStore(NAMESPACE).get(SharedJenkins.class, SharedJenkins.class);
        if (shared != null) {
            JenkinsReset.reset(shared.rule());
        }
    }

    /** Several contexts can lie between a test and its class: of a nested class, or of a parameterized test. */
    private static ExtensionContext testClass(ExtensionContext context) {
        ExtensionContext outermost = context;
        while (outermost.getParent().isPresent()
                && outermost.getParent().get().getTestClass().isPresent()) {
            outermost = outermost.getParent().get();
        }
        return outermost;
    }

    /** JUnit closes it after the last test of the class. */
    private record SharedJenkins(JenkinsRule rule, ShortTimers timers) implements AutoCloseable {

        static SharedJenkins start(ParameterContext parameter, ExtensionContext testClass) {
            ShortTimers timers = new ShortTimers();
            return new SharedJenkins(
                    (JenkinsRule) new JenkinsExtension().resolveParameter(parameter, testClass), timers);
        }

        @Override
        public void close() throws Exception {
            rule.after();
            timers.close();
        }
    }
}
