package io.jenkins.plugins.defendertags.client.model;

import java.util.regex.Pattern;

/** The documentation of this version of the plugin, on the web. */
public final class Documentation {

    private static final String REPOSITORY = "https://github.com/jenkinsci/defender-tags-plugin";
    private static final Pattern RELEASED = Pattern.compile("[0-9]+(\\.[0-9A-Za-z_]+)*");
    private static final String NOT_RELEASED = "main";

    private Documentation() {}

    /** Returns the address of a page of the folder {@code docs}, such as {@code getting-started.md}. */
    public static String url(String page) {
        String version = Documentation.class.getPackage().getImplementationVersion();
        return REPOSITORY + "/blob/" + revision(version == null ? "" : version) + "/docs/" + page;
    }

    /** Only releases have a tag of the same name. */
    static String revision(String version) {
        return RELEASED.matcher(version).matches() ? version : NOT_RELEASED;
    }
}
