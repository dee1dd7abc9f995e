/**
 * What people see of a build's record: summary, tab, table, list column. Nothing uses this package.
 *
 * <p>Uses {@code record} and {@code config}.
 */
@DefaultAnnotation(NonNull.class)
package io.jenkins.plugins.defendertags.pages;

import edu.umd.cs.findbugs.annotations.DefaultAnnotation;
import edu.umd.cs.findbugs.annotations.NonNull;
