/**
 * One HTTP exchange: time limits, size limit, proxy. No redirects, cookies or retries.
 *
 * <p>Uses {@code client.model}.
 */
@ReturnValuesAreNonnullByDefault
@DefaultAnnotationForParameters(NonNull.class)
package io.jenkins.plugins.defendertags.client.http;

import edu.umd.cs.findbugs.annotations.DefaultAnnotationForParameters;
import edu.umd.cs.findbugs.annotations.NonNull;
import edu.umd.cs.findbugs.annotations.ReturnValuesAreNonnullByDefault;
