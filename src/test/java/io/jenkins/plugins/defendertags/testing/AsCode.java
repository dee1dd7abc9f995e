package io.jenkins.plugins.defendertags.testing;

import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.casc.ConfiguratorException;

/** Configuration as Code of a test. */
public final class AsCode {

    private AsCode() {}

    /** @param file a resource beside the test */
    public static void configure(Class<?> test, String file) throws ConfiguratorException {
        ConfigurationAsCode.get().configure(test.getResource(file).toString());
    }
}
