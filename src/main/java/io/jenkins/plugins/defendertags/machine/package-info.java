/**
 * Which Defender machine an agent is, and how that claim is verified.
 *
 * <p>Uses {@code service} and below.
 */
@DefaultAnnotation(NonNull.class)
package io.jenkins.plugins.defendertags.machine;

import edu.umd.cs.findbugs.annotations.DefaultAnnotation;
import edu.umd.cs.findbugs.annotations.NonNull;
