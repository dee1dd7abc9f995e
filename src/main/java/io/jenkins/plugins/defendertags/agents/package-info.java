/**
 * Tags that agents get while they exist, and the page of an agent.
 *
 * <p>Uses {@code leases} and below.
 */
@DefaultAnnotation(NonNull.class)
package io.jenkins.plugins.defendertags.agents;

import edu.umd.cs.findbugs.annotations.DefaultAnnotation;
import edu.umd.cs.findbugs.annotations.NonNull;
