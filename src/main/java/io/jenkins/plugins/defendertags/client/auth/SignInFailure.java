package io.jenkins.plugins.defendertags.client.auth;

import io.jenkins.plugins.defendertags.client.model.DefenderException;
import java.time.Instant;

/**
 * The last sign-in of an app registration, which Entra refused.
 *
 * @param time when it was refused
 */
public record SignInFailure(DefenderException problem, Instant time) {}
