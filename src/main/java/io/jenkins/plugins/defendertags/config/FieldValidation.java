package io.jenkins.plugins.defendertags.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import hudson.model.Item;
import hudson.util.FormValidation;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.credentials.AppRegistrations;
import java.util.List;
import java.util.function.Function;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * What the forms of steps, build steps and agents say as one types. Texts with a {@code $} are not checked: what a variable
 * holds is known only when a build runs.
 */
@Restricted(NoExternalUse.class)
public final class FieldValidation {

    private FieldValidation() {}

    /** @param item the job or folder, or null for Jenkins itself */
    public static void mayConfigure(@CheckForNull Item item) {
        if (item == null) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        } else {
            item.checkPermission(Item.CONFIGURE);
        }
    }

    /** @param item the job whose form it is; null in the form of an agent */
    public static FormValidation tag(@CheckForNull Item item, @CheckForNull String text) {
        String value = Util.fixNull(text);
        if (value.contains("$")) {
            return FormValidation.ok();
        }
        try {
            DefenderConfiguration configuration = DefenderConfiguration.get();
            String refusal = configuration
                    .getPolicy()
                    .refusalOfTag(
                            item == null ? null : item.getFullName(),
                            new Tag(value),
                            Util.fixNull(configuration.getDefaultCredentialsId()));
            if (refusal != null) {
                return FormValidation.error(refusal);
            }
        } catch (IllegalArgumentException x) {
            return FormValidation.error(x.getMessage());
        }
        if (!value.equals(value.strip())) {
            return FormValidation.warning(Messages.FieldValidation_SpaceAroundTag());
        }
        return value.matches(".*[(),].*")
                ? FormValidation.warning(Messages.FieldValidation_HardToFilter())
                : FormValidation.ok();
    }

    /** One tag a line, at least one. */
    public static FormValidation tags(@CheckForNull Item item, @CheckForNull String lines) {
        return lines(lines).isEmpty() ? tag(item, "") : each(lines, line -> tag(item, line));
    }

    /** A single one, which may be left out; not beside several. */
    public static FormValidation machine(@CheckForNull String text, @CheckForNull String several) {
        String named = Util.fixEmptyAndTrim(text);
        if (named != null && !lines(several).isEmpty()) {
            return FormValidation.error(Messages.FieldValidation_MachineAndMachines());
        }
        return named == null ? FormValidation.ok() : machine(named);
    }

    /** One machine a line, or none; not beside a single one. */
    public static FormValidation machines(@CheckForNull String lines, @CheckForNull String single, int max) {
        List<String> named = lines(lines);
        if (!named.isEmpty() && Util.fixEmptyAndTrim(single) != null) {
            return FormValidation.error(Messages.FieldValidation_MachineAndMachines());
        }
        if (named.size() > max) {
            return FormValidation.error(Messages.FieldValidation_TooManyMachines(named.size(), max));
        }
        return each(lines, FieldValidation::machine);
    }

    /** What people call a machine. */
    public static FormValidation machine(@CheckForNull String text) {
        if (text != null && text.contains("$")) {
            return FormValidation.ok();
        }
        try {
            MachineName name = new MachineName(text);
            if (name.isAlmostAnId()) {
                return FormValidation.warning(
                        Messages.FieldValidation_AlmostAnId(name.value().length()));
            }
            return AppRegistration.isGuid(name.value())
                    ? FormValidation.warning(Messages.FieldValidation_GuidInsteadOfMachineId())
                    : FormValidation.ok();
        } catch (IllegalArgumentException x) {
            return FormValidation.error(x.getMessage());
        }
    }

    /** Whether jobs there have the app registration, or the default one if none is chosen. */
    public static FormValidation credentialsId(@CheckForNull Item item, @CheckForNull String chosen) {
        String id = Util.fixEmptyAndTrim(chosen);
        if (id == null && DefenderConfiguration.get().getDefaultCredentialsId() == null) {
            return FormValidation.warning(Messages.FieldValidation_NoDefaultCredential());
        }
        String used = id == null ? DefenderConfiguration.get().getDefaultCredentialsId() : id;
        return used.contains("$") || AppRegistrations.isVisible(item, used)
                ? FormValidation.ok()
                : FormValidation.warning(Messages.FieldValidation_CredentialNotHere(used));
    }

    private static FormValidation each(@CheckForNull String lines, Function<String, FormValidation> check) {
        List<FormValidation> found = lines(lines).stream()
                .map(check)
                .filter(result -> result.kind != FormValidation.Kind.OK)
                .toList();
        return found.stream()
                .filter(result -> result.kind == FormValidation.Kind.ERROR)
                .findFirst()
                .orElse(found.isEmpty() ? FormValidation.ok() : found.get(0));
    }

    /** The tags of an agent's configuration, or of a rule for agents, one a line. */
    public static FormValidation agentTags(@CheckForNull String lines) {
        try {
            AgentTagRule.validateTags(lines(lines));
        } catch (IllegalArgumentException x) {
            return FormValidation.error(x.getMessage());
        }
        return tags(null, lines);
    }

    /** The lines of a text area that hold something, without white space around it. */
    public static List<String> lines(@CheckForNull String text) {
        return Util.fixNull(text)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }
}
