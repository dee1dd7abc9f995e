package io.jenkins.plugins.defendertags.testing;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.jvnet.hudson.test.JenkinsRule;

/** Gives tests the {@link SharedJenkins} and resets it after each of them. See {@link WithSharedJenkins}. */
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
        return SharedJenkins.start(parameter, context);
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        SharedJenkins.reset();
    }
}
