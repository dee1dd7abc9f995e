package io.jenkins.plugins.defendertags.testing;

import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * For tests in a Jenkins that is connected to a simulated Defender, as {@link SimulatedDefender#connect(DefenderSimulator)}
 * does it. Like {@link WithSharedJenkins}, and parameters can be of the type {@link DefenderSimulator} as well: each test has
 * a simulator of its own.
 *
 * <p>Tests that restart Jenkins use {@link ShortTimers} and {@link SimulatedDefender} by themselves.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@ExtendWith(DefenderExtension.class)
public @interface WithDefender {}
