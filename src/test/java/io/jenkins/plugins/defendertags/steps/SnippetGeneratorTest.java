package io.jenkins.plugins.defendertags.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.defendertags.testing.WebClients;
import io.jenkins.plugins.defendertags.testing.WithSharedJenkins;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlInput;
import org.htmlunit.html.HtmlPage;
import org.htmlunit.html.HtmlSelect;
import org.htmlunit.html.HtmlTextArea;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvnet.hudson.test.JenkinsRule;

/** What the snippet generator's page writes when somebody fills in as little as possible. */
@WithSharedJenkins
@Timeout(300)
class SnippetGeneratorTest {

    private interface Typing {
        void into(HtmlForm form) throws Exception;
    }

    @Test
    void writesTheShortestCall(JenkinsRule r) throws Exception {
        WorkflowJob job = r.createProject(WorkflowJob.class);
        try (JenkinsRule.WebClient client = WebClients.open(r)) {
            HtmlPage page = client.getPage(job, "pipeline-syntax");
            assertEquals(
                    "defenderTag action: 'Add', value: ''",
                    generate(page, "defenderTag: ", DefenderTagStep.class, form -> {
                        // untouched
                    }));
            assertEquals(
                    "defenderTag action: 'Add', value: 'x'",
                    generate(
                            page,
                            "defenderTag: ",
                            DefenderTagStep.class,
                            form -> ((HtmlInput) form.getInputByName("_.value")).setValue("x")));
        }
        try (JenkinsRule.WebClient client = WebClients.open(r)) {
            HtmlPage page = client.getPage(job, "pipeline-syntax");
            assertEquals(
                    "withDefenderTag('') {\n    // some block\n}",
                    generate(page, "withDefenderTag: ", WithDefenderTagStep.class, form -> {
                        // untouched
                    }));
            assertEquals(
                    "withDefenderTag('building') {\n    // some block\n}",
                    generate(
                            page,
                            "withDefenderTag: ",
                            WithDefenderTagStep.class,
                            form -> ((HtmlTextArea) form.getTextAreaByName("_.values")).setText("building")));
        }
    }

    private static String generate(HtmlPage page, String symbol, Class<?> step, Typing typing) throws Exception {
        HtmlForm form = page.getFormByName("config");
        HtmlSelect steps = form.querySelector("select.dropdownList");
        steps.getOptions().stream()
                .filter(option -> option.getText().strip().startsWith(symbol))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no form for " + step))
                .setSelected(true);
        page.getWebClient().waitForBackgroundJavaScript(20_000);
        typing.into(form);
        page.getHtmlElementById("generatePipelineScript").click();
        page.getWebClient().waitForBackgroundJavaScript(20_000);
        return ((HtmlTextArea) page.getElementById("prototypeText")).getText().strip();
    }
}
