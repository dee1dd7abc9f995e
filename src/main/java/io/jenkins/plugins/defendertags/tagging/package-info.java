/**
 * One request under way, a change of tags or a read of machines: from its parameters to its log lines, record and result.
 *
 * <p>Uses {@code machine}, {@code record} and below.
 */
@ReturnValuesAreNonnullByDefault
@DefaultAnnotationForParameters(NonNull.class)
package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.DefaultAnnotationForParameters;
import edu.umd.cs.findbugs.annotations.NonNull;
import edu.umd.cs.findbugs.annotations.ReturnValuesAreNonnullByDefault;
