package io.jenkins.plugins.defendertags.browser;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;

/**
 * A page that keeps what browsers tell developers only: errors on the console, uncaught exceptions, and violations of the
 * content security policy.
 */
public final class WatchedPage implements AutoCloseable {

    private static final String REPORT_VIOLATIONS = """
            document.addEventListener('securitypolicyviolation', event => console.error(
                'Content security policy: ' + event.effectiveDirective + ' forbids ' + event.blockedURI + ' at '
                    + event.sourceFile + ':' + event.lineNumber + ' ' + event.sample));
            """;

    private static final String OVERFLOW = """
            part => {
              const scrolls = (element, top) => {
                for (let e = element; e; e = e === top ? null : e.parentElement) {
                  if (e !== element && getComputedStyle(e).overflowX !== 'visible') return true;
                }
                return false;
              };
              const all = [...document.querySelectorAll(part)].flatMap(top =>
                  [top, ...top.querySelectorAll('*')].filter(e => !scrolls(e, top)));
              return Math.round(Math.max(0, ...all.map(e => e.getBoundingClientRect().right - window.innerWidth)));
            }
            """;

    /** Painted, because style sheets name colours in many ways. */
    private static final String TEXT_IS_LIGHT = """
            () => {
              const canvas = document.createElement('canvas').getContext('2d');
              canvas.fillStyle = getComputedStyle(document.body).color;
              canvas.fillRect(0, 0, 1, 1);
              return canvas.getImageData(0, 0, 1, 1).data.slice(0, 3).every(part => part > 150);
            }
            """;

    private final BrowserContext context;
    private final Page page;
    private final List<String> complaints = new ArrayList<>();

    WatchedPage(BrowserContext context) {
        this.context = context;
        context.addInitScript(REPORT_VIOLATIONS);
        context.onConsoleMessage(this::hear);
        context.onWebError(error -> complaints.add(error.page().url() + ": " + error.error()));
        page = context.newPage();
    }

    private void hear(ConsoleMessage message) {
        if (message.type().equals("error")) {
            complaints.add(message.page().url() + ": " + message.text() + " (" + message.location() + ")");
        }
    }

    public Page page() {
        return page;
    }

    /** So far, each with the address of its page. */
    public List<String> complaints() {
        return List.copyOf(complaints);
    }

    /**
     * By how many pixels a part of the page is wider than the window, without what can be scrolled within it.
     *
     * @param part a selector
     */
    public int overflow(String part) {
        return ((Number) page.evaluate(OVERFLOW, part)).intValue();
    }

    /** Whether the page shows light text on a dark ground. */
    public boolean isDark() {
        return (boolean) page.evaluate(TEXT_IS_LIGHT);
    }

    @Override
    public void close() {
        context.close();
    }
}
