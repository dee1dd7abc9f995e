/**
 * The global configuration: defaults, clouds, limits and the policy.
 *
 * <p>Uses {@code credentials} and below.
 */
@DefaultAnnotation(NonNull.class)
package io.jenkins.plugins.defendertags.config;

import edu.umd.cs.findbugs.annotations.DefaultAnnotation;
import edu.umd.cs.findbugs.annotations.NonNull;
