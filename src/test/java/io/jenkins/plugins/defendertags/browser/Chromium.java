package io.jenkins.plugins.defendertags.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The Chromium that the machine has, without a window, driven by Playwright: none is ever downloaded. For one thread. */
public final class Chromium implements AutoCloseable {

    /** The system property or, with the same name, the variable that names another program. */
    public static final String SETTING = "DEFENDER_TAGS_BROWSER";

    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome", "chrome");

    private final Playwright playwright;
    private final Browser browser;

    /** @param program as {@link #find} found it */
    public Chromium(Path program) {
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(program)
                        .setChromiumSandbox(false) // root may not have one, as in most containers
                        .setArgs(List.of("--disable-gpu", "--disable-sync")));
    }

    /** The program that the setting names, or else the first of its usual names on the PATH. */
    public static Optional<Path> find() {
        String set = System.getProperty(SETTING, System.getenv(SETTING));
        if (set != null) {
            return Optional.of(Path.of(set)).filter(Files::isExecutable);
        }
        List<String> folders = Arrays.asList(System.getenv("PATH").split(File.pathSeparator));
        return NAMES.stream()
                .flatMap(name -> folders.stream().map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** What to say where {@link #find} finds none. */
    public static String notFound() {
        return "No Chromium found (looked for $" + SETTING + " and on the PATH for " + String.join(", ", NAMES) + ")";
    }

    /** Opens an empty page in a context of its own, that is without a login. */
    public WatchedPage open(ColorScheme scheme, int width, int height) {
        return open(scheme, width, height, 1);
    }

    /** @param scale pixels of the screen for each pixel of the page */
    public WatchedPage open(ColorScheme scheme, int width, int height, int scale) {
        BrowserContext context = browser.newContext(new Browser.NewContextOptions()
                .setColorScheme(scheme)
                .setDeviceScaleFactor(scale)
                .setLocale("en-US")
                .setViewportSize(width, height));
        context.setDefaultTimeout(60_000);
        return new WatchedPage(context);
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
