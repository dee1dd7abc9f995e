package io.jenkins.plugins.defendertags.testing;

import java.util.ArrayList;
import java.util.List;
import org.htmlunit.Cache;
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

    private static final List<JenkinsRule.WebClient> OPEN = new ArrayList<>();

    static {
        SCRIPTS.setMaxSize(500);
    }

    private WebClients() {}

    public static synchronized JenkinsRule.WebClient open(JenkinsRule r) {
        JenkinsRule.WebClient client = r.createWebClient();
        client.setCache(SCRIPTS);
        client.getOptions().setCssEnabled(false); // how pages look is for PagesInBrowserTest
        OPEN.add(client);
        return client;
    }

    static synchronized void closeAll() {
        OPEN.forEach(JenkinsRule.WebClient::close);
        OPEN.clear();
    }
}
