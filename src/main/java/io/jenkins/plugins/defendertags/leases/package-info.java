/**
 * Temporary tags: the leases on disk, their removal, and the page and monitor for administrators.
 *
 * <p>Uses {@code tagging} and below.
 */
@DefaultAnnotation(NonNull.class)
package io.jenkins.plugins.defendertags.leases;

import edu.umd.cs.findbugs.annotations.DefaultAnnotation;
import edu.umd.cs.findbugs.annotations.NonNull;
