package io.jenkins.plugins.defendertags.browser;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.LoadState;
import com.microsoft.playwright.options.SelectOption;
import java.util.regex.Pattern;

/** What people do with Jenkins' forms, as they do it: they see labels, not names of fields. */
public final class JenkinsForms {

    private final Page page;
    private final String url;

    /** @param url of Jenkins, with a slash at the end */
    public JenkinsForms(Page page, String url) {
        this.page = page;
        this.url = url;
    }

    public void open(String path) {
        page.navigate(url + path);
        page.waitForLoadState(LoadState.NETWORKIDLE);
    }

    /** Opens the page of a build once it has ended. */
    public void openBuild(String path) {
        page.waitForCondition(
                () -> page.request().get(url + path + "api/json").text().contains("\"building\":false"));
        open(path);
    }

    /** With the security realm of tests, where a name is its password. */
    public void logIn(String name) {
        open("login");
        page.fill("#j_username", name);
        page.fill("#j_password", name);
        click("Sign in");
        page.waitForLoadState(LoadState.NETWORKIDLE);
    }

    /** Presses the button of that text. */
    public void click(String button) {
        page.locator("button:visible", new Page.LocatorOptions().setHasText(button))
                .first()
                .click();
    }

    /** Presses the button of that text in a part of the page. */
    public static void click(Locator part, String button) {
        part.locator("button:visible", new Locator.LocatorOptions().setHasText(button))
                .first()
                .click();
    }

    /** The entry with that label in a part of the page: the label, its field, and what the check of the field says. */
    public static Locator entry(Locator part, String label) {
        Pattern text = Pattern.compile("^\\s*" + label + "\\s*\\??\\s*$"); // with the sign of its help
        Locator title = part.page().locator(":scope > .jenkins-form-label", new Page.LocatorOptions().setHasText(text));
        return part.locator(".jenkins-form-item:visible")
                .filter(new Locator.FilterOptions().setHas(title))
                .first();
    }

    /** Types into the field with that label, and leaves the field. */
    public static void fill(Locator part, String label, String text) {
        Locator field =
                entry(part, label).locator("input:visible, textarea:visible").first();
        field.fill(text);
        field.blur();
    }

    public static void choose(Locator part, String label, String option) {
        entry(part, label).locator("select:visible").first().selectOption(new SelectOption().setLabel(option));
    }

    /** What a check says of the field with that label, once it says something; in one line. */
    public static String check(Locator part, String label, String kind) {
        return entry(part, label).locator(".validation-error-area ." + kind).innerText();
    }

    /** Presses <i>Test connection</i>. @return what it says */
    public static String testConnection(Locator part, String kind) {
        click(part, "Test connection");
        String status = kind.equals("ok") ? "defender-tags-success" : kind;
        return part.locator(".jenkins-validate-button__container__status ." + status)
                .innerText();
    }

    /** Adds a build step, or whatever else has a button that opens a list of kinds. */
    public void add(String button, String kind) {
        click(button);
        page.locator(".jenkins-dropdown__item:visible", new Page.LocatorOptions().setHasText(kind))
                .first()
                .click();
    }

    /** In the snippet generator. @param step as the list names it */
    public void chooseStep(String step) {
        page.locator("select.dropdownList").first().selectOption(new SelectOption().setLabel(step));
        page.locator("[name='_.value']:visible").waitFor();
    }

    /** Saves the form and waits for the page that follows. */
    public void save() {
        String form = page.url();
        click("Save");
        page.waitForURL(now -> !now.equals(form));
        page.waitForLoadState(LoadState.NETWORKIDLE);
    }
}
