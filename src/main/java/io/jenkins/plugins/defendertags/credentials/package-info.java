/**
 * The app registration as a Jenkins credential: its forms, where it is found, and the test of its connection.
 *
 * <p>Uses {@code support} and {@code client}.
 */
@DefaultAnnotation(NonNull.class)
package io.jenkins.plugins.defendertags.credentials;

import edu.umd.cs.findbugs.annotations.DefaultAnnotation;
import edu.umd.cs.findbugs.annotations.NonNull;
