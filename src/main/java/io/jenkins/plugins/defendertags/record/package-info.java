/**
 * What is stored in a build: one record for each change.
 *
 * <p>Uses {@code client.model} only, so that stored builds depend on little.
 */
@DefaultAnnotation(NonNull.class)
package io.jenkins.plugins.defendertags.record;

import edu.umd.cs.findbugs.annotations.DefaultAnnotation;
import edu.umd.cs.findbugs.annotations.NonNull;
