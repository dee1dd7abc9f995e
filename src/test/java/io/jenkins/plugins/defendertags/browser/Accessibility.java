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
        String finding = rule.getImpact() + " " + rule.getId() + ": " + place + " " + node.getHtml();
        boolean isOurs = (boolean) page.evaluate(
                "([place, ours]) => !!document.querySelector(place)?.closest(ours)", List.of(place, selector));
        (isOurs ? ours : others).add(finding);
    }

    /** In what the plugin brings. */
    public List<String> ours() {
        return ours;
    }

    /** In what Jenkins brings. */
    public List<String> others() {
        return others;
    }
}
