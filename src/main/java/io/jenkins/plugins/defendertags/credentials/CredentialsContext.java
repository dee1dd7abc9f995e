package io.jenkins.plugins.defendertags.credentials;

import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.IdCredentials;
import com.cloudbees.plugins.credentials.domains.DomainRequirement;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Cause;
import hudson.model.Item;
import hudson.model.ModelObject;
import hudson.model.Queue;
import hudson.model.Run;
import hudson.model.User;
import hudson.model.queue.Tasks;
import hudson.security.ACL;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.springframework.security.core.Authentication;

/** On whose behalf credentials are looked up. What a credential names is looked up in the same context as the credential. */
final class CredentialsContext {

    /** None: a domain is about hosts, and which host is called depends on the credential itself. */
    static final List<DomainRequirement> REQUIREMENTS = List.of();

    private final Run<?, ?> run;
    private final Item item;
    private final User user;

    private CredentialsContext(@CheckForNull Run<?, ?> run, @CheckForNull Item item, @CheckForNull User user) {
        this.run = run;
        this.item = item;
        this.user = user;
    }

    /** For a build. Each use is tracked, and a credential that depends on the build is made for it. */
    static CredentialsContext of(Run<?, ?> run) {
        return new CredentialsContext(run, run.getParent(), null);
    }

    /** For a job or folder, as its own builds would find credentials; null for Jenkins itself. */
    static CredentialsContext of(@CheckForNull Item item) {
        return new CredentialsContext(null, item, null);
    }

    /**
     * For the owner of a store.
     *
     * @param run if given, the build's context takes the place of a folder's and of Jenkins' own
     */
    static CredentialsContext of(@CheckForNull ModelObject owner, @CheckForNull Run<?, ?> run) {
        if (owner instanceof User user) {
            return new CredentialsContext(run, null, user);
        }
        return run != null ? of(run) : of(owner instanceof Item item ? item : null);
    }

    /** Returns the context of what a credential of that store names. A user's own credential names only that user's own. */
    CredentialsContext within(CredentialPlace place) {
        return place.kind() == CredentialPlace.Kind.USER ? of(place.owner(), run) : this;
    }

    /** Finds what may be used here, or null. */
    @CheckForNull
    <C extends IdCredentials> C find(Class<C> type, String id) {
        C found = lookUp(type, id);
        if (run != null && found != null && TrackedUses.isNew(run, found)) {
            CredentialsProvider.track(run, found);
        }
        return found;
    }

    @CheckForNull
    private <C extends IdCredentials> C lookUp(Class<C> type, String id) {
        if (user != null) {
            return CredentialPlace.of(user).find(type, id);
        }
        return run != null
                ? CredentialsProvider.findCredentialById(id, type, run, REQUIREMENTS)
                : CredentialsProvider.findCredentialByIdInItem(id, type, item, authentication(item), REQUIREMENTS);
    }

    /** Returns the store that a credential found here came from. */
    CredentialPlace placeOf(IdCredentials found) {
        return CredentialPlace.locate(found, Stream.concat(items(), users()));
    }

    /** As {@link #placeOf(IdCredentials)}, for a credential that was made for a build from the one in the store. */
    CredentialPlace placeOfOriginal(IdCredentials made) {
        return Stream.concat(items(), users())
                .map(CredentialPlace::of)
                .filter(place -> place.find(made.getClass(), made.getId()) != null)
                .findFirst()
                .orElse(CredentialPlace.OTHER);
    }

    /** From the inside out, because that is the order in which credentials are looked up. */
    private Stream<ModelObject> items() {
        Stream<ModelObject> folders =
                Stream.<ModelObject>iterate(item, Item.class::isInstance, inside -> ((Item) inside).getParent());
        return Stream.concat(folders, Stream.of(Jenkins.get()));
    }

    /** Whoever started the build, and whoever it runs as. */
    private Stream<User> users() {
        Stream<User> causers = Stream.iterate(run, Objects::nonNull, CredentialsContext::upstream)
                .map(build -> build.getCause(Cause.UserIdCause.class))
                .filter(Objects::nonNull)
                .map(cause -> cause.getUserId() == null ? null : User.getById(cause.getUserId(), false));
        Authentication runsAs = authentication(item);
        return Stream.concat(
                        causers,
                        Stream.of(runsAs)
                                .filter(authentication -> !ACL.SYSTEM2.equals(authentication))
                                .map(authentication -> User.getById(authentication.getName(), false)))
                .filter(Objects::nonNull);
    }

    @CheckForNull
    private static Run<?, ?> upstream(Run<?, ?> build) {
        Cause.UpstreamCause cause = build.getCause(Cause.UpstreamCause.class);
        return cause == null ? null : cause.getUpstreamRun();
    }

    /** On whose behalf builds of this item look for credentials. */
    static Authentication authentication(@CheckForNull Item item) {
        return item instanceof Queue.Task task ? Tasks.getAuthenticationOf2(task) : ACL.SYSTEM2;
    }
}
