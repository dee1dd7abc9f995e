/**
 * What several packages need to write to build logs, report errors and run operations without a thread.
 *
 * <p>Uses {@code client}.
 */
@DefaultAnnotation(NonNull.class)
package io.jenkins.plugins.defendertags.support;

import edu.umd.cs.findbugs.annotations.DefaultAnnotation;
import edu.umd.cs.findbugs.annotations.NonNull;
