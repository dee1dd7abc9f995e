package io.jenkins.plugins.defendertags.client.api;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.auth.Cloud;
import io.jenkins.plugins.defendertags.client.model.IpAddress;
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
import java.util.stream.Stream;

/**
 * A question to Defender whose answer is a list of machines.
 *
 * <p>Source: Microsoft's "List machines API", "OData queries with Microsoft Defender for Endpoint", "Find devices by internal
 * IP API" and "Find devices by tag API".
 *
 * @param url without options
 * @param filter the OData filter, or null
 * @param top how many machines a page may hold; 0 if neither {@code $top} nor {@code $skip} is understood
 */
public record MachineListQuery(String url, @CheckForNull String filter, int top) {

    /** Machines on a page, at most: the documented limit of {@code $top}. */
    public static final int PAGE = 10_000;

    /** Smaller pages would cost too many calls. */
    private static final int SMALLEST_PAGE = 500;

    /** Defender refuses a timestamp that is not in the past by its own clock. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(2);

    /** All machines. */
    public static MachineListQuery inventory(Cloud cloud, int top) {
        return new MachineListQuery(machines(cloud), null, top);
    }

    /** The machines that fit one of some clauses. */
    public static MachineListQuery withFilter(Cloud cloud, FilterForm form, Collection<String> clauses) {
        return withFilter(cloud, form.filter(clauses));
    }

    private static MachineListQuery withFilter(Cloud cloud, String filter) {
        return new MachineListQuery(machines(cloud), filter, PAGE);
    }

    /** The machines whose host name begins with this one. */
    public static MachineListQuery forHostName(Cloud cloud, String hostName) {
        return withFilter(cloud, startsWith(hostName));
    }

    /** The machines that have a tag. */
    public static MachineListQuery withTag(Cloud cloud, Tag tag) {
        return new MachineListQuery(
                machines(cloud) + "/findbytag?tag=" + encode(tag.value()) + "&useStartsWithFilter=false", null, 0);
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
            case SHORT_NAME -> filters(cloud, startsWith("%s"), typed, lower).toList();
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

    /** Where the list begins. */
    public URI first() {
        if (top == 0) {
            return URI.create(url);
        }
        return URI.create(url + "?" + (filter == null ? "" : "$filter=" + encode(filter) + "&") + "$top=" + top);
    }

    /**
     * Where a list goes on after a page that came without a usable link to the next one. OData allows that where {@code $top}
     * is given, and a list that is taken for complete though it is not would make an ambiguous name look unique.
     *
     * @param read the machines so far
     */
    @CheckForNull
    public URI after(int read) {
        return top == 0 ? null : read == 0 ? first() : URI.create(first() + "&$skip=" + read);
    }

    /** The same list in smaller pages, or null if there are none. */
    @CheckForNull
    public MachineListQuery smaller() {
        return top / 2 < SMALLEST_PAGE ? null : new MachineListQuery(url, filter, top / 2);
    }

    /** Returns whether a link to the next page belongs to this list: links have been seen to lose their filter. */
    public boolean isContinuedBy(URI link) {
        String query = link.getRawQuery();
        return filter == null || query != null && (query.contains("filter=") || query.contains("skiptoken="));
    }

    private static String startsWith(String hostName) {
        return "startswith(computerDnsName,'" + hostName + "')";
    }

    private static Stream<MachineListQuery> filters(Cloud cloud, String filter, String... spellings) {
        return Stream.of(spellings)
                .distinct()
                .map(spelling -> withFilter(cloud, filter.replace("%s", spelling.replace("'", "''"))));
    }

    /** @param address consists of hexadecimal digits, dots and colons, none of which has to be escaped in a path */
    private static MachineListQuery findByIp(Cloud cloud, String address, Instant now) {
        return new MachineListQuery(
                machines(cloud) + "/findbyip(ip='" + address + "',timestamp="
                        + now.minus(CLOCK_SKEW).truncatedTo(ChronoUnit.SECONDS) + ")",
                null,
                0);
    }

    private static String machines(Cloud cloud) {
        return cloud.api() + "/api/machines";
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
