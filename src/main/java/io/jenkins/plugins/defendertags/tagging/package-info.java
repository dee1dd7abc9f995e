/**
 * One request under way: from its parameters to its log lines, record and result.
 *
 * <p>Uses {@code machine}, {@code record} and below.
 */
@DefaultAnnotation(NonNull.class)
package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.DefaultAnnotation;
import edu.umd.cs.findbugs.annotations.NonNull;
