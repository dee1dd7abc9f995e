package io.jenkins.plugins.defendertags.browser;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.CheckedNode;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What axe finds on a page and calls serious or critical. */
public final class Accessibility {

    private static final Set<String> GRAVE = Set.of("serious", "critical");

    /**
     * What Jenkins' form tags render, in any form of any plugin: fields that no label element belongs to, links to help
     * that come last in the tabulator's order, the faint note that a folded part was edited, and the red of errors.
     */
    private static final String JENKINS_CONTROLS =
            ".jenkins-form-item :is(input, select, textarea, .jenkins-help-button, .jenkins-edited-section-label),"
                    + " .validation-error-area .error,"
                    + " .repeated-chunk__header .jenkins-help-button, .jenkins-select-help .jenkins-help-button";

    private final List<String> ours = new ArrayList<>();
    private final List<String> others = new ArrayList<>();

    private Accessibility() {}

    /** @param ours a selector of what the plugin brings to the page */
    public static Accessibility of(Page page, String ours) {
        Accessibility found = new Accessibility();
        for (Rule rule : new AxeBuilder(page).setLegacyMode(true).analyze().getViolations()) {
            if (GRAVE.contains(rule.getImpact())) {
                for (CheckedNode node : rule.getNodes()) {
                    found.sort(page, ours, rule, node);
                }
            }
        }
        return found;
    }

    private void sort(Page page, String selector, Rule rule, CheckedNode node) {
        String place = ((List<?>) node.getTarget()).get(0).toString();
        String finding = rule.getImpact() + " " + rule.getId();
        boolean isOurs = (boolean) page.evaluate("""
                ([place, ours, controls]) => {
                  const element = document.querySelector(place);
                  return !!element?.closest(ours) && !element.matches(controls);
                }
                """, List.of(place, selector, JENKINS_CONTROLS));
        if (isOurs) {
            ours.add(finding + ": " + place + " " + node.getHtml());
        } else {
            others.add(finding);
        }
    }

    /** In what the plugin brings. */
    public List<String> ours() {
        return ours;
    }

    /** In what Jenkins brings, without the places. */
    public List<String> others() {
        return others;
    }
}
