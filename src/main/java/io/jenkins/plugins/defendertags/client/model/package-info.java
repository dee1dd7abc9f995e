/**
 * The values of the API, such as a tag, a machine and an error, and how text of unknown origin is made safe.
 *
 * <p>Uses nothing but the JDK and Jackson.
 */
@DefaultAnnotation(NonNull.class)
package io.jenkins.plugins.defendertags.client.model;

import edu.umd.cs.findbugs.annotations.DefaultAnnotation;
import edu.umd.cs.findbugs.annotations.NonNull;
