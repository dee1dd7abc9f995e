/**
 * What people see of a build's record: summary, tab, table, list column. Nothing uses this package.
 *
 * <p>Uses {@code record} and {@code config}.
 */
@ReturnValuesAreNonnullByDefault
@DefaultAnnotationForParameters(NonNull.class)
package io.jenkins.plugins.defendertags.pages;

import edu.umd.cs.findbugs.annotations.DefaultAnnotationForParameters;
import edu.umd.cs.findbugs.annotations.NonNull;
import edu.umd.cs.findbugs.annotations.ReturnValuesAreNonnullByDefault;
