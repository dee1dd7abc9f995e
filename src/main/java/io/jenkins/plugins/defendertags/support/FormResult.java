package io.jenkins.plugins.defendertags.support;

import hudson.Util;
import hudson.util.FormValidation;
import org.jenkins.ui.symbol.Symbol;
import org.jenkins.ui.symbol.SymbolRequest;

/** Results of buttons in forms. */
public final class FormResult {

    private FormResult() {}

    /** Returns a success with an icon, in the text's normal color: Jenkins' own successes are pale grey and have no icon. */
    public static FormValidation success(String message) {
        String icon = Symbol.get(new SymbolRequest.Builder()
                .withName("check")
                .withClasses("icon-sm jenkins-!-success-color")
                .build());
        return FormValidation.respond(
                FormValidation.Kind.OK,
                "<div class=\"defender-tags-success\">" + icon + " " + Util.escape(message) + "</div>");
    }
}
