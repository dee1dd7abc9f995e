/**
 * {@link io.jenkins.plugins.defendertags.service.DefenderService} owns the queues, their threads and the shutdown.
 *
 * <p>Uses {@code config} and below.
 */
@DefaultAnnotation(NonNull.class)
package io.jenkins.plugins.defendertags.service;

import edu.umd.cs.findbugs.annotations.DefaultAnnotation;
import edu.umd.cs.findbugs.annotations.NonNull;
