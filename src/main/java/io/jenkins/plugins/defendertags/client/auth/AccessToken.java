package io.jenkins.plugins.defendertags.client.auth;

import java.time.Instant;

/** A bearer token. {@link #toString} does not contain its value. */
public record AccessToken(String value, Instant renewAfter) {

    @Override
    public String toString() {
        return "bearer token until " + renewAfter;
    }
}
