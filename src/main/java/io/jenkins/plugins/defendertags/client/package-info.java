/**
 * Microsoft Defender for Endpoint's machine-tags API, free of Jenkins classes: from a {@link
 * io.jenkins.plugins.defendertags.client.TagChange} through the {@link io.jenkins.plugins.defendertags.client.TagQueue}
 * of its app registration and one HTTP exchange of {@link io.jenkins.plugins.defendertags.client.DefenderClient} to the
 * {@link io.jenkins.plugins.defendertags.client.Machine} that Defender returns.
 *
 * <p>Whatever can go wrong on the way is a {@link io.jenkins.plugins.defendertags.client.DefenderException}, whose
 * message is one line that says what to do and holds no secret, token or response body.
 */
package io.jenkins.plugins.defendertags.client;
