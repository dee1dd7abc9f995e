package io.jenkins.plugins.defendertags.testing;

import java.util.List;
import org.htmlunit.Cache;
import org.junit.platform.commons.support.ReflectionSupport;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * Web clients that share what they have read of Jenkins' scripts: to read and compile them takes longer than most tests. They are
 * closed after the test that opened them, since the scripts of their pages go on asking Jenkins.
 */
public final class WebClients {

    private static final Cache SCRIPTS = new Cache() {
        @Override
        public void clear() {
            // A client that is closed would clear it for all.
        }
    };

    static {
        SCRIPTS.setMaxSize(500);
    }

    private WebClients() {}

    public static JenkinsRule.WebClient open(JenkinsRule r) {
        JenkinsRule.WebClient client = r.createWebClient();
        client.setCache(SCRIPTS);
        client.getOptions().setCssEnabled(false); // how pages look is for PagesInBrowserTest
        return client;
    }

    /** Closes all clients of the rule, its own as well: it does so only when it stops, and keeps them in memory until then. */
    static void closeAll(JenkinsRule r) throws Exception {
        List<?> clients =
                (List<?>) ReflectionSupport.tryToReadFieldValue(JenkinsRule.class.getDeclaredField("clients"), r)
                        .get();
        clients.forEach(client -> ((JenkinsRule.WebClient) client).close());
        clients.clear();
    }
}
