package io.jenkins.plugins.defendertags.testing;

import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * For tests in a Jenkins that is connected to a simulated Defender, as {@link SimulatedDefender#connect(DefenderSimulator)}
 * does it. Constructors, set-up methods and tests can have parameters of the types {@link JenkinsRule} and
 * {@link DefenderSimulator}.
 *
 * <p>To start Jenkins takes longer than most tests, so all tests of a class use the same one. After each test it is reset:
 * see {@link JenkinsReset}. Each test has a simulator of its own. Timers are short: see {@link ShortTimers}.
 *
 * <p>Tests that restart Jenkins use {@link ShortTimers} and {@link SimulatedDefender} by themselves.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@ExtendWith(DefenderExtension.class)
public @interface WithDefender {}
