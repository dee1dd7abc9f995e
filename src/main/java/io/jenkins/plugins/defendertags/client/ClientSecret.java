package io.jenkins.plugins.defendertags.client;

/** The value of a client secret; it appears in no text that this class makes. */
public record ClientSecret(String value) {

    /** @throws IllegalArgumentException if there is none */
    public ClientSecret {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("The app registration has no client secret."
                    + " Enter the value that Entra shows once, when a secret is created under"
                    + " \"Certificates & secrets\".");
        }
    }

    @Override
    public String toString() {
        return "****";
    }
}
