/**
 * The global configuration: defaults, clouds, limits and the policy.
 *
 * <p>Uses {@code credentials} and below.
 */
@ReturnValuesAreNonnullByDefault
@DefaultAnnotationForParameters(NonNull.class)
package io.jenkins.plugins.defendertags.config;

import edu.umd.cs.findbugs.annotations.DefaultAnnotationForParameters;
import edu.umd.cs.findbugs.annotations.NonNull;
import edu.umd.cs.findbugs.annotations.ReturnValuesAreNonnullByDefault;
