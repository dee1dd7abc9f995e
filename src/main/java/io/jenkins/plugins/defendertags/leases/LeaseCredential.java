package io.jenkins.plugins.defendertags.leases;

/**
 * The app registration with which a tag was added, and with which alone it is removed.
 *
 * @param id of the credential in Jenkins; not enough by itself, because it can later mean another application
 * @param place the store that holds the credential: {@code system}, {@code folder team/app} or {@code user alice}
 * @param tenantId "" for a managed identity
 * @param clientId "" for a managed identity that is the controller's only one
 */
public record LeaseCredential(String id, String cloud, String place, String tenantId, String clientId) {

    private static final String FOLDER = "folder ";

    /** The same after a folder got another full name. */
    LeaseCredential moved(String oldFolder, String newFolder) {
        String old = FOLDER + oldFolder;
        return place.equals(old) || place.startsWith(old + "/")
                ? new LeaseCredential(id, cloud, FOLDER + newFolder + place.substring(old.length()), tenantId, clientId)
                : this;
    }
}
