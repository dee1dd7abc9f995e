package io.jenkins.plugins.defendertags.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the CodeQL rules of the Jenkins project look for, as far as a search in the source can find it: see
 * docs/adr/0015-hosting-checks.md.
 */
class SecurityRulesTest {

    private static final String STRING_FIELD =
            "\\b(?:private|protected|public) (?:final |volatile )*String (\\w+)(?: =|;)";
    private static final String RECORD = "\\brecord \\w+\\(([^)]*)\\)";
    private static final Pattern SUSPICIOUS = Pattern.compile("(?i)pass|pwd|credential|access|key|token");
    private static final Pattern ID = Pattern.compile("(?i)credentials?id");

    private final Map<Path, String> sources = new TreeMap<>();

    SecurityRulesTest() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".java")).toList()) {
                sources.put(file, Files.readString(file));
            }
        }
        assertTrue(sources.size() > 100, "the sources were found");
    }

    /** Rule jenkins/plaintext-storage. */
    @Test
    void noStringFieldIsNamedLikeASecret() {
        List<String> found = sources.entrySet().stream()
                .flatMap(source -> Stream.concat(
                                groups(source.getValue(), STRING_FIELD),
                                groups(source.getValue(), RECORD)
                                        .flatMap(components -> groups(components, "\\bString (\\w+)")))
                        .filter(name -> SUSPICIOUS.matcher(name).find()
                                && !ID.matcher(name).find())
                        .map(name -> source.getKey().getFileName() + " " + name))
                .toList();
        assertEquals(List.of(), found);
    }

    private static Stream<String> groups(String text, String pattern) {
        return Pattern.compile(pattern).matcher(text).results().map(found -> found.group(1));
    }

    /** Rule jenkins/csrf. That each also checks a permission (jenkins/no-permission-check) is WebMethodsTest's. */
    @Test
    void everyWebMethodTakesPostOnly() {
        Pattern method = Pattern.compile("((?:@\\w+(?:\\([^)]*\\))?\\s+)*)public (?!static)[\\w<>?, ]+ (do\\w*)\\(");
        List<MatchResult> methods = sources.values().stream()
                .flatMap(source -> method.matcher(source).results())
                .toList();
        assertTrue(methods.size() > 30, "the methods were found");
        assertEquals(
                List.of(),
                methods.stream()
                        .filter(found -> !found.group(1).contains("@POST"))
                        .map(found -> found.group(2))
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({
        "jenkins/callable-without-role-check, 'import hudson\\.remoting\\.Callable;|\\bcheckRoles\\(RoleChecker'",
        "jenkins/credentials-fill-without-permission-check, 'CredentialsProvider\\s*\\.lookupCredentials\\('",
        "jenkins/file-from-rest-of-path, getRestOfPath",
        "jenkins/has-permission-return-value-ignored, '(?m)^\\s*[\\w.()]*hasPermission\\([^;]*\\);$'",
        "jenkins/unsafe-calls, 'System\\.exit|Runtime\\.getRuntime\\(\\)\\.exec|SSLContext|HttpsURLConnection'",
        "jenkins/unsafe-classes, 'GroovyShell|TemplateEngine|GroovyScriptEngine|ExpressionFactory2|BeanBuilder|DslScriptLoader|ScriptEngineManager|TransformerFactory|Digester|jelly\\.Script'",
        "deprecated annotations, import javax\\.annotation"
    })
    void nothingBreaksTheRule(String rule, String pattern) {
        Pattern forbidden = Pattern.compile(pattern);
        assertEquals(
                List.of(),
                sources.entrySet().stream()
                        .filter(source -> forbidden.matcher(source.getValue()).find())
                        .map(Map.Entry::getKey)
                        .toList(),
                rule);
    }
}
