package io.jenkins.plugins.defendertags.client.model;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Parses IP addresses. Never looks a name up in the DNS, which need not agree with Defender. */
public final class IpAddress {

    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern V4 = Pattern.compile("(" + OCTET + "\\.){3}" + OCTET);
    // Contains a colon, so InetAddress never takes it for a name and asks the DNS.
    private static final Pattern V6 = Pattern.compile("(?=[^:]*:)[0-9a-fA-F:][0-9a-fA-F:.]{1,44}");
    private static final int GROUPS = 8;

    private IpAddress() {}

    /**
     * Returns the canonical spelling of an address (RFC 5952), or null if the text is not an address. An IPv4-mapped IPv6
     * address becomes that IPv4 address. IPv4 addresses with leading zeros (which some read as octal) and IPv6 addresses with
     * a zone (which only its own machine understands) are not accepted.
     */
    @CheckForNull
    public static String canonicalize(@CheckForNull String text) {
        if (text == null || V4.matcher(text).matches()) {
            return text;
        }
        if (!V6.matcher(text).matches()) {
            return null;
        }
        try {
            InetAddress address = InetAddress.getByName(text);
            byte[] bytes = address.getAddress();
            return bytes.length == 2 * GROUPS ? spell(bytes) : address.getHostAddress();
        } catch (UnknownHostException x) {
            return null;
        }
    }

    private static String spell(byte[] bytes) {
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = (bytes[2 * i] & 0xff) << 8 | bytes[2 * i + 1] & 0xff;
        }
        int start = -1; // of the first longest run of two or more zero groups, which becomes "::"
        int length = 1;
        for (int i = 0; i < GROUPS; i++) {
            int end = i;
            while (end < GROUPS && groups[end] == 0) {
                end++;
            }
            if (end - i > length) {
                start = i;
                length = end - i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == start) {
                text.append("::");
                i += length - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
                        .append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }
}
