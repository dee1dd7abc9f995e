package io.jenkins.plugins.defendertags.browser;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Page;
import java.util.List;
import java.util.Set;

/** What axe finds in a part of a page and calls serious or critical. */
public final class Accessibility {

    private static final Set<String> GRAVE = Set.of("serious", "critical");

    /**
     * What Jenkins' form tags and those of other plugins render in any form: links to help that come last in the tabulator's
     * order, the faint note that a folded part was edited, the red of errors, and the fields that all credentials have.
     */
    private static final String JENKINS_CONTROLS =
            ".jenkins-form-item :is(.jenkins-help-button, .jenkins-edited-section-label), .validation-error-area .error,"
                    + " .repeated-chunk__header .jenkins-help-button, .jenkins-select-help .jenkins-help-button,"
                    + " [name='_.id'], [name='_.description'], [name='_.scope']";

    private Accessibility() {}

    /** @param part a selector; Jenkins' own controls in it do not count */
    public static List<String> problems(Page page, String part) {
        return new AxeBuilder(page)
                .setLegacyMode(true).include(part).exclude(JENKINS_CONTROLS).analyze().getViolations().stream()
                        .filter(rule -> GRAVE.contains(rule.getImpact()))
                        .flatMap(rule -> rule.getNodes().stream()
                                .map(node -> rule.getImpact() + " " + rule.getId() + ": " + node.getTarget() + " "
                                        + node.getHtml()))
                        .toList();
    }
}
