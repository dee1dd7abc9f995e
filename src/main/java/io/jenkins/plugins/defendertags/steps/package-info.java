/**
 * The Pipeline steps, the freestyle build step and build wrapper, and their forms.
 *
 * <p>Uses {@code leases} and below.
 */
@DefaultAnnotation(NonNull.class)
package io.jenkins.plugins.defendertags.steps;

import edu.umd.cs.findbugs.annotations.DefaultAnnotation;
import edu.umd.cs.findbugs.annotations.NonNull;
