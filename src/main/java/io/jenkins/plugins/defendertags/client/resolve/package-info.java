/**
 * From what people call a machine to its machine ID.
 *
 * <p>Uses {@code client.queue} and below.
 */
@DefaultAnnotation(NonNull.class)
package io.jenkins.plugins.defendertags.client.resolve;

import edu.umd.cs.findbugs.annotations.DefaultAnnotation;
import edu.umd.cs.findbugs.annotations.NonNull;
