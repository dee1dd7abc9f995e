package io.jenkins.plugins.defendertags.pages;

import hudson.Util;
import hudson.model.Run;
import hudson.util.XStream2;
import io.jenkins.plugins.defendertags.record.DefenderTagsAction;
import io.jenkins.plugins.defendertags.record.TagRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A change as it stands in a build's file: a test can have any of them without Defender. */
final class StoredChange {

    private static final String RECORD = TagRecord.class.getName();
    private static final String ACTION = DefenderTagsAction.class.getName();

    private final Map<String, String> fields = new LinkedHashMap<>();
    private final List<String> tags = new ArrayList<>();

    private StoredChange(String action, String value, String machine) {
        fields.put("time", "1760000000000");
        fields.put("action", action);
        fields.put("value", value);
        fields.put("computerDnsName", machine);
        fields.put("cloud", "commercial");
        fields.put("success", "true");
        fields.put("attempts", "1");
        fields.put("effect", "CHANGED");
    }

    static StoredChange add(String value, String machine) {
        return new StoredChange("Add", value, machine);
    }

    static StoredChange remove(String value, String machine) {
        return new StoredChange("Remove", value, machine);
    }

    /** Machines 1 to {@code count}, each with another name and ID. */
    static List<StoredChange> many(int count, String value) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> add(value, "build-" + i + ".example.com")
                        .with("machineId", String.format("%040x", i))
                        .tags("linux", value))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    StoredChange with(String field, String text) {
        fields.put(field, text);
        return this;
    }

    StoredChange without(String field) {
        fields.remove(field);
        return this;
    }

    StoredChange tags(String... more) {
        tags.addAll(List.of(more));
        return this;
    }

    StoredChange failed(String error) {
        return with("success", "false").with("error", error);
    }

    private String xml() {
        return "<" + RECORD + ">"
                + fields.entrySet().stream()
                        .map(field -> element(field.getKey(), field.getValue()))
                        .collect(Collectors.joining())
                + "<machineTags>"
                + tags.stream().map(tag -> element("string", tag)).collect(Collectors.joining())
                + "</machineTags></" + RECORD + ">";
    }

    private static String element(String name, String text) {
        return "<" + name + ">" + Util.xmlEscape(text) + "</" + name + ">";
    }

    static List<TagRecord> read(List<StoredChange> changes) {
        return action(changes).getChanges();
    }

    static List<TagRecord> read(StoredChange... changes) {
        return read(List.of(changes));
    }

    private static DefenderTagsAction action(List<StoredChange> changes) {
        String xml = changes.stream().map(StoredChange::xml).collect(Collectors.joining());
        return (DefenderTagsAction)
                new XStream2().fromXML("<" + ACTION + "><changes>" + xml + "</changes></" + ACTION + ">");
    }

    /** Lets a build have made these changes. */
    static void store(Run<?, ?> run, List<StoredChange> changes) throws IOException {
        run.addOrReplaceAction(action(changes));
        run.save();
    }

    static void store(Run<?, ?> run, StoredChange... changes) throws IOException {
        store(run, List.of(changes));
    }
}
