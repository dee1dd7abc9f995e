package io.jenkins.plugins.defendertags.testing;

import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;

/** Starts one simulator for each test and connects the shared Jenkins to it. See {@link WithDefender}. */
final class DefenderExtension extends SharedJenkinsExtension {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return super.supportsParameter(parameter, context)
                || parameter.getParameter().getType() == DefenderSimulator.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Object jenkins = super.resolveParameter(parameter, context);
        DefenderSimulator simulator = context.getStore(NAMESPACE)
                .computeIfAbsent(DefenderSimulator.class, key -> connect(), DefenderSimulator.class);
        return parameter.getParameter().getType() == DefenderSimulator.class ? simulator : jenkins;
    }

    private static DefenderSimulator connect() {
        DefenderSimulator simulator = new DefenderSimulator();
        try {
            SimulatedDefender.connect(simulator);
        } catch (Exception x) {
            simulator.close();
            throw new ParameterResolutionException("Jenkins could not be connected to the simulator", x);
        }
        return simulator;
    }

    /** JUnit closes the simulator itself. Until then it answers, so that builds under way can end. */
    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        DefenderSimulator simulator = context.getStore(NAMESPACE).get(DefenderSimulator.class, DefenderSimulator.class);
        if (simulator != null) {
            simulator.recover();
        }
        super.afterEach(context);
    }
}
