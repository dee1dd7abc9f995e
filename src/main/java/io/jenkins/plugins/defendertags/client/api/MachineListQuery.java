package io.jenkins.plugins.defendertags.client.api;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.auth.Cloud;
import io.jenkins.plugins.defendertags.client.model.IpAddress;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.Tag;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A question to Defender whose answer is a list of machines.
 *
 * <p>Source: Microsoft's "List machines API", "OData queries with Microsoft Defender for Endpoint", "Find devices by internal
 * IP API" and "Find devices by tag API".
 *
 * @param first where the list begins
 * @param skippable whether {@code $skip} is understood
 */
public record MachineListQuery(URI first, boolean skippable) {

    /** Machines on a page, at most: the documented limit of {@code $top}. */
    public static final int PAGE = 10_000;

    /** In characters; web servers accept at least 4,096 for a URL. */
    private static final int MAX_FILTER = 3_500;

    /** Defender refuses a timestamp that is not in the past by its own clock. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(2);

    /** All machines. */
    public static MachineListQuery inventory(Cloud cloud) {
        return new MachineListQuery(URI.create(machines(cloud) + "?$top=" + PAGE), true);
    }

    /** The forms of a filter by machine IDs; which of them Defender accepts is not documented. */
    public enum IdFilter {
        /** {@code id in ('…','…')}. */
        IN("id in (", "'%s'", ",", ")"),
        /** {@code id eq '…' or id eq '…'}. */
        OR("", "id eq '%s'", " or ", "");

        /** In bytes; longer URLs may be refused on the way. */
        private static final int LONGEST_URL = 4096;

        private final String start;
        private final String each;
        private final String separator;
        private final String end;

        IdFilter(String start, String each, String separator, String end) {
            this.start = start;
            this.each = each;
            this.separator = separator;
            this.end = end;
        }

        /** How many machines fit into one URL. */
        public int machinesInOneCall(Cloud cloud) {
            String id = "0".repeat(40);
            int rest = LONGEST_URL
                    - withIds(cloud, List.of(), this).first().toString().length();
            return Math.max(1, rest / encode(each.replace("%s", id) + separator).length());
        }

        private String of(Collection<MachineId> ids) {
            return ids.stream()
                    .map(id -> each.replace("%s", id.value()))
                    .collect(Collectors.joining(separator, start, end));
        }
    }

    /** The machines with these IDs; at most as many as {@link IdFilter#machinesInOneCall(Cloud)}. */
    public static MachineListQuery withIds(Cloud cloud, Collection<MachineId> ids, IdFilter filter) {
        return new MachineListQuery(
                URI.create(machines(cloud) + "?$filter=" + encode(filter.of(ids)) + "&$top=" + PAGE), true);
    }

    /** The machines that have a tag. */
    public static MachineListQuery withTag(Cloud cloud, Tag tag) {
        return new MachineListQuery(
                URI.create(machines(cloud) + "/findbytag?tag=" + encode(tag.value()) + "&useStartsWithFilter=false"),
                false);
    }

    /**
     * What to ask for a name, in this order and until there is an answer. Whether Defender compares with regard to case is
     * not documented, so a name is asked for as it was typed and then in lower case, which is how sensors mostly report it.
     *
     * @param now for {@code findbyip}, which looks 15 minutes around a time that must be in the past
     */
    public static List<MachineListQuery> forName(Cloud cloud, MachineName name, Instant now) {
        String typed = name.value();
        String lower = typed.toLowerCase(Locale.ROOT);
        return switch (name.kind()) {
            case FULL_NAME ->
                filters(cloud, "computerDnsName eq '%s'", typed, lower).toList();
            case SHORT_NAME ->
                filters(cloud, "startswith(computerDnsName,'%s')", typed, lower).toList();
            case ADDRESS -> {
                String canonical = Objects.requireNonNull(IpAddress.canonicalize(typed));
                yield Stream.concat(
                                filters(cloud, "lastIpAddress eq '%s'", typed, canonical),
                                Stream.of(findByIp(cloud, canonical, now)))
                        .toList();
            }
            case ID -> List.of();
        };
    }

    /**
     * Finds machines by the first label of their names, all in one call, as far as they fit in its URL.
     *
     * @param hostNames in lower case, which is how sensors mostly report them
     * @return null if there is none
     */
    @CheckForNull
    public static MachineListQuery forHostNames(Cloud cloud, List<String> hostNames) {
        StringBuilder filter = new StringBuilder();
        for (String hostName : hostNames) {
            String more = (filter.isEmpty() ? "" : " or ") + "startswith(computerDnsName,'" + hostName + "')";
            if (encode(filter + more).length() > MAX_FILTER) {
                break;
            }
            filter.append(more);
        }
        return filter.isEmpty()
                ? null
                : new MachineListQuery(
                        URI.create(machines(cloud) + "?$filter=" + encode(filter.toString()) + "&$top=" + PAGE), true);
    }

    /**
     * Where a list goes on after a full page that came without a link to the next one. OData allows that where
     * {@code $top} is given, and a list that is taken for complete though it is not would make an ambiguous name look
     * unique.
     *
     * @param read the machines so far
     */
    @CheckForNull
    public URI after(int read) {
        return skippable ? URI.create(first + "&$skip=" + read) : null;
    }

    private static Stream<MachineListQuery> filters(Cloud cloud, String filter, String... spellings) {
        return Stream.of(spellings)
                .distinct()
                .map(spelling -> filter.replace("%s", spelling.replace("'", "''")))
                .map(text -> new MachineListQuery(
                        URI.create(machines(cloud) + "?$filter=" + encode(text) + "&$top=" + PAGE), true));
    }

    /** @param address consists of hexadecimal digits, dots and colons, none of which has to be escaped in a path */
    private static MachineListQuery findByIp(Cloud cloud, String address, Instant now) {
        return new MachineListQuery(
                URI.create(machines(cloud) + "/findbyip(ip='" + address + "',timestamp="
                        + now.minus(CLOCK_SKEW).truncatedTo(ChronoUnit.SECONDS) + ")"),
                false);
    }

    private static String machines(Cloud cloud) {
        return cloud.api() + "/api/machines";
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
