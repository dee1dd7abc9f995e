package io.jenkins.plugins.defendertags.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * For tests in a Jenkins. Constructors, set-up methods and tests can have a parameter of the type {@link JenkinsRule}.
 *
 * <p>To start Jenkins takes longer than most tests, so the tests of all classes use the same one. After each test it is reset:
 * see {@link JenkinsReset}. A {@code @TestExtension} is not found; add it to the extension list by hand. Timers of the plugin are short: see {@link ShortTimers}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@ExtendWith(SharedJenkinsExtension.class)
public @interface WithSharedJenkins {}
