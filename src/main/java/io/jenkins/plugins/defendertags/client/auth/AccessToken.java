package io.jenkins.plugins.defendertags.client.auth;

import java.time.Instant;

/** A bearer token; its value appears in no text that this class makes. */
public record AccessToken(String value, Instant renewAfter) {

    @Override
    public String toString() {
        return "bearer token until " + renewAfter;
    }
}
