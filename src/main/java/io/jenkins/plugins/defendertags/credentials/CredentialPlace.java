package io.jenkins.plugins.defendertags.credentials;

import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsStore;
import com.cloudbees.plugins.credentials.common.IdCredentials;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Item;
import hudson.model.ModelObject;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.springframework.security.core.userdetails.UsernameNotFoundException;

/**
 * The store that holds a credential.
 *
 * @param name the folder's full name or the user's ID, otherwise empty
 */
record CredentialPlace(Kind kind, String name) {

    enum Kind {
        SYSTEM,
        FOLDER,
        USER,
        /** None of the known stores has it: another plugin may provide it, or the owner is not known. */
        OTHER
    }

    static final CredentialPlace OTHER = new CredentialPlace(Kind.OTHER, "");

    static CredentialPlace of(ModelObject owner) {
        if (owner instanceof Item folder) {
            return new CredentialPlace(Kind.FOLDER, folder.getFullName());
        }
        return owner instanceof User user
                ? new CredentialPlace(Kind.USER, user.getId())
                : new CredentialPlace(Kind.SYSTEM, "");
    }

    /**
     * Finds the store that a credential came from.
     *
     * @param owners the job, folders, Jenkins and users whose stores are searched
     */
    static CredentialPlace locate(Credentials credential, Stream<? extends ModelObject> owners) {
        return owners.filter(owner -> content(owner).anyMatch(stored -> stored == credential))
                .findFirst()
                .map(CredentialPlace::of)
                .orElse(OTHER);
    }

    private static Stream<Credentials> content(ModelObject owner) {
        try (ACLContext as = owner instanceof User user ? ACL.as(user) : ACL.as2(ACL.SYSTEM2)) {
            return CredentialsProvider.all().stream()
                    .map(provider -> provider.getStore(owner))
                    .filter(store -> store != null)
                    .flatMap(CredentialPlace::content)
                    .toList()
                    .stream();
        } catch (UsernameNotFoundException x) {
            return Stream.empty(); // the user no longer exists
        }
    }

    private static Stream<Credentials> content(CredentialsStore store) {
        return store.getDomains().stream().map(store::getCredentials).flatMap(List::stream);
    }

    /** Finds a credential in this store only. */
    @CheckForNull
    <C extends IdCredentials> C find(Class<C> type, String id) {
        ModelObject owner = owner();
        if (owner == null) {
            return null;
        }
        if (kind == Kind.OTHER) {
            return CredentialsProvider.findCredentialByIdInItemGroup(
                    id, type, Jenkins.get(), ACL.SYSTEM2, CredentialsContext.REQUIREMENTS);
        }
        return content(owner)
                .filter(type::isInstance)
                .map(type::cast)
                .filter(credential -> credential.getId().equals(id))
                .findFirst()
                .orElse(null);
    }

    /** Returns the folder, the user or Jenkins; null if it no longer exists. */
    @CheckForNull
    ModelObject owner() {
        try (ACLContext as = ACL.as2(ACL.SYSTEM2)) {
            return switch (kind) {
                case FOLDER -> Jenkins.get().getItemByFullName(name);
                case USER -> User.getById(name, false);
                case SYSTEM, OTHER -> Jenkins.get();
            };
        }
    }

    /** Returns the place after a job or folder was renamed or moved. */
    CredentialPlace moved(String oldFullName, String newFullName) {
        if (kind != Kind.FOLDER || !(name + "/").startsWith(oldFullName + "/")) {
            return this;
        }
        return new CredentialPlace(kind, newFullName + name.substring(oldFullName.length()));
    }

    /** What messages call it. */
    String describe() {
        return switch (kind) {
            case SYSTEM -> "Manage Jenkins > Credentials";
            case FOLDER -> "the folder " + name;
            case USER -> "the credentials of the user " + name;
            case OTHER -> "Jenkins";
        };
    }

    /** Returns the inverse of {@link #parse}. */
    @Override
    public String toString() {
        return (kind.name().toLowerCase(Locale.ROOT) + " " + name).strip();
    }

    /** @throws IllegalArgumentException if this is not the text of a place */
    static CredentialPlace parse(String text) {
        String[] parts = text.split(" ", 2);
        Kind kind = Kind.valueOf(parts[0].toUpperCase(Locale.ROOT));
        return new CredentialPlace(kind, parts.length == 1 ? "" : parts[1]);
    }
}
