/**
 * The queue of each app registration: order, batches, rate limits, retries and the circuit breaker.
 *
 * <p>Uses {@code client.api} and below.
 */
@ReturnValuesAreNonnullByDefault
@DefaultAnnotationForParameters(NonNull.class)
package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.DefaultAnnotationForParameters;
import edu.umd.cs.findbugs.annotations.NonNull;
import edu.umd.cs.findbugs.annotations.ReturnValuesAreNonnullByDefault;
