package io.sallyport.api.catalog;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Addresses written as text, read without asking any resolver.
 *
 * @since 0.1
 */
public final class Addresses {
  private Addresses() {}

  /**
   * The address that a literal such as {@code 172.20.0.7}, {@code fd00::7} or {@code [fd00::7]}
   * stands for; empty for anything else, short and octal forms of IPv4 included.
   */
  public static Optional<InetAddress> literal(String text) {
    String bare =
        text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    if (bare.isEmpty() || bare.indexOf('%') >= 0) {
      return Optional.empty();
    }
    if (bare.indexOf(':') < 0 && !isDottedQuad(bare)) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(bare));
    } catch (IllegalArgumentException notAnAddress) {
      return Optional.empty();
    }
  }

  /** The shortest usual text: {@code 172.20.0.7}, {@code fd00::7} (RFC 5952). */
  public static String text(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address.getHostAddress();
    }
    byte[] bytes = address.getAddress();
    int[] groups = new int[8];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = ((bytes[2 * i] & 0xff) << 8) | (bytes[2 * i + 1] & 0xff);
    }
    int zerosAt = -1;
    int zeros = 1;
    for (int start = 0; start < groups.length; start++) {
      int end = start;
      while (end < groups.length && groups[end] == 0) {
        end++;
      }
      if (end - start > zeros) {
        zerosAt = start;
        zeros = end - start;
      }
      start = Math.max(start, end - 1);
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < groups.length; i++) {
      if (i == zerosAt) {
        text.append("::");
        i += zeros - 1;
        continue;
      }
      boolean afterZeros = zerosAt >= 0 && i == zerosAt + zeros;
      if (i > 0 && !afterZeros) {
        text.append(':');
      }
      text.append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }

  /** Address and port as one text: {@code 172.20.0.7:443}, {@code [fd00::7]:443}. */
  public static String text(InetAddress address, int port) {
    return address instanceof Inet6Address
        ? "[" + text(address) + "]:" + port
        : text(address) + ":" + port;
  }

  /**
   * Whether two addresses are of one family, so that a connection can lead from one to the other.
   */
  public static boolean sameFamily(InetAddress one, InetAddress other) {
    return one instanceof Inet6Address == other instanceof Inet6Address;
  }

  /** The address's family as people call it: {@code IPv4} or {@code IPv6}. */
  public static String family(InetAddress address) {
    return address instanceof Inet6Address ? "IPv6" : "IPv4";
  }

  private static boolean isDottedQuad(String text) {
    int parts = 1;
    int digits = 0;
    int part = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.' && digits > 0) {
        parts++;
        digits = 0;
        part = 0;
      } else if (c >= '0' && c <= '9' && !(digits > 0 && part == 0)) {
        digits++;
        part = 10 * part + c - '0';
      } else {
        return false;
      }
      if (part > 255 || parts > 4) {
        return false;
      }
    }
    return parts == 4 && digits > 0;
  }
}
