/**
 * One HTTP exchange: time limits, size limit, proxy. No redirects, cookies or retries.
 *
 * <p>Uses {@code client.model}.
 */
@DefaultAnnotation(NonNull.class)
package io.jenkins.plugins.defendertags.client.http;

import edu.umd.cs.findbugs.annotations.DefaultAnnotation;
import edu.umd.cs.findbugs.annotations.NonNull;
