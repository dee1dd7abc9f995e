package io.jenkins.plugins.defendertags.testing;

import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.JenkinsExtension;

/** Starts one Jenkins for each test class and one simulator for each test. See {@link WithDefender}. */
final class DefenderExtension implements ParameterResolver, AfterEachCallback {

    private static final Namespace NAMESPACE = Namespace.create(DefenderExtension.class);

    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
        return ExtensionContextScope.TEST_METHOD;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == JenkinsRule.class || type == DefenderSimulator.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        ExtensionContext testClass = testClass(context);
        JenkinsRule jenkins = testClass
                .getStore(NAMESPACE)
                .computeIfAbsent(
                        SharedJenkins.class, key -> SharedJenkins.start(parameter, testClass), SharedJenkins.class)
                .rule();
        DefenderSimulator simulator = context.getStore(NAMESPACE)
                .computeIfAbsent(Connection.class, key -> Connection.open(jenkins), Connection.class)
                .simulator();
        return parameter.getParameter().getType() == JenkinsRule.class ? jenkins : simulator;
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        Connection connection = context.getStore(NAMESPACE).remove(Connection.class, Connection.class);
        if (connection != null) {
            connection.close();
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

    private record Connection(JenkinsRule jenkins, DefenderSimulator simulator) implements AutoCloseable {

        static Connection open(JenkinsRule jenkins) {
            DefenderSimulator simulator = new DefenderSimulator();
            try {
                SimulatedDefender.connect(simulator);
            } catch (Exception x) {
                simulator.close();
                throw new ParameterResolutionException("Jenkins could not be connected to the simulator", x);
            }
            return new Connection(jenkins, simulator);
        }

        @Override
        public void close() throws Exception {
            try (simulator) {
                simulator.recover();
                JenkinsReset.reset(jenkins.jenkins);
            }
        }
    }
}
