package io.jenkins.plugins.defendertags;

import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Run;
import io.jenkins.plugins.defendertags.record.DefenderTagsAction;
import io.jenkins.plugins.defendertags.record.TagRecord;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The tags that a script names, in a call of a step or as a property in Job DSL. A variable in them stands for any text. */
record ExampleTags(List<Pattern> tags) {

    private static final Pattern ONE =
            Pattern.compile("(?:\\bvalue(?:: |\\()|\\bwithDefenderTag\\()(?:'([^']*)'|\"([^\"]*)\")");
    private static final Pattern SEVERAL = Pattern.compile("\\bvalues(?:: |\\()\\[(.*?)]");
    private static final Pattern QUOTED = Pattern.compile("'([^']*)'|\"([^\"]*)\"");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{[^}]*}");

    static ExampleTags of(String script) {
        List<Pattern> tags = new ArrayList<>();
        ONE.matcher(script).results().forEach(match -> tags.add(pattern(match.group(1), match.group(2))));
        SEVERAL.matcher(script)
                .results()
                .flatMap(list -> QUOTED.matcher(list.group(1)).results())
                .forEach(match -> tags.add(pattern(match.group(1), match.group(2))));
        return new ExampleTags(tags);
    }

    private static Pattern pattern(String single, String twice) {
        String tag = single == null ? twice : single;
        StringBuilder pattern = new StringBuilder();
        Matcher variable = VARIABLE.matcher(tag);
        int end = 0;
        while (variable.find()) {
            pattern.append(Pattern.quote(tag.substring(end, variable.start()))).append(".+");
            end = variable.end();
        }
        return Pattern.compile(pattern + Pattern.quote(tag.substring(end)));
    }

    /** Each tag is in a build's record as a success, and unless that was a dry run, Defender has made that change. */
    void assertChanged(List<Run<?, ?>> builds, DefenderSimulator simulator) {
        List<TagRecord> records = builds.stream()
                .map(build -> build.getAction(DefenderTagsAction.class))
                .flatMap(action -> action == null ? Stream.empty() : action.getChanges().stream())
                .toList();
        for (Pattern tag : tags) {
            List<TagRecord> found = records.stream()
                    .filter(record ->
                            record.isSuccess() && tag.matcher(record.getValue()).matches())
                    .toList();
            assertTrue(!found.isEmpty(), () -> "the tag " + tag + " was changed");
            for (TagRecord record : found) {
                String change = record.getAction() + " " + record.getValue();
                List<String> changes =
                        simulator.machines().get(record.getMachineId()).changes();
                assertTrue(record.isDryRun() || changes.contains(change), () -> change + " is not among " + changes);
            }
        }
    }
}
