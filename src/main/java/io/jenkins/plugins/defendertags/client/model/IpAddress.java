package io.jenkins.plugins.defendertags.client.model;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** IP addresses written as such. A name is never looked up: what the DNS says of it would not be what Defender says. */
public final class IpAddress {

    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern V4 = Pattern.compile("(" + OCTET + "\\.){3}" + OCTET);
    // With its colon, this is never a name to InetAddress, which would ask the DNS for one.
    private static final Pattern V6 = Pattern.compile("(?=[^:]*:)[0-9a-fA-F:][0-9a-fA-F:.]{1,44}");
    private static final int GROUPS = 8;

    private IpAddress() {}

    /**
     * The one spelling that all spellings of an address have in common (RFC 5952), or null if the text is no address. An
     * IPv6 address that stands for an IPv4 address is that IPv4 address. Leading zeros make an IPv4 address ambiguous, and a
     * zone makes an IPv6 address meaningless elsewhere: neither is an address here.
     */
    @CheckForNull
    public static String canonical(@CheckForNull String text) {
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
        int start = -1; // of the first longest run of two or more zeros, which becomes "::"
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
