package io.jenkins.plugins.defendertags.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What the policy decides on.
 *
 * @param job full name of the job; null for Jenkins itself, which gives agents their tags, and which only the jobs pattern
 *     {@code **} fits
 * @param namesMachines whether other machines than the agent's own may be meant
 */
public record PolicyRequest(
        @CheckForNull String job, Tag tag, TagAction action, boolean namesMachines, String credentialsId) {

    private static final int SHOWN = 100;
    private static final Pattern INVISIBLE = Pattern.compile("\\p{Cf}");

    /** For an error: {@code The job team/build may not add the tag "x"}. */
    String describeRefusal() {
        return subject(job) + " may not " + action.wireName().toLowerCase(Locale.ROOT) + " the tag \""
                + SingleLine.of(tag.value(), SHOWN) + "\"" + (namesMachines ? " on a machine that it names" : "");
    }

    static String subject(@CheckForNull String job) {
        return job == null ? "An agent" : "The job " + SingleLine.of(job, SHOWN);
    }

    /** The tag without invisible characters, spaces around it, and look-alikes such as full-width letters. */
    String plainTag() {
        return INVISIBLE
                .matcher(Normalizer.normalize(tag.value(), Normalizer.Form.NFKC))
                .replaceAll("")
                .strip();
    }

    PolicyRequest forOwnAgent() {
        return new PolicyRequest(job, tag, action, false, credentialsId);
    }
}
