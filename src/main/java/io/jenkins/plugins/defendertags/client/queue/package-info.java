/**
 * The queue of each app registration: order, batches, rate limits, retries and the circuit breaker.
 *
 * <p>Uses {@code client.api} and below.
 */
@DefaultAnnotation(NonNull.class)
package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.DefaultAnnotation;
import edu.umd.cs.findbugs.annotations.NonNull;
