package io.sallyport.plugins.injection.dns;

import io.sallyport.api.catalog.Addresses;
import java.net.InetAddress;
import java.util.Optional;

/**
 * A range of addresses such as {@code 10.128.0.0/14}.
 *
 * @param base its first address
 * @param length how many leading bits count
 * @since 0.1
 */
public record Network(InetAddress base, int length) {
  /** What a text stands for: an address with a length, or an address alone. */
  static Optional<Network> parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    Optional<InetAddress> base = Addresses.literal(address);
    if (base.isEmpty()) {
      return Optional.empty();
    }
    int most = base.get().getAddress().length * Byte.SIZE;
    if (slash < 0) {
      return Optional.of(new Network(base.get(), most));
    }
    String length = text.substring(slash + 1);
    return length.matches("\\d{1,3}") && Integer.parseInt(length) <= most
        ? Optional.of(new Network(base.get(), Integer.parseInt(length)))
        : Optional.empty();
  }

  boolean holds(InetAddress address) {
    byte[] ours = base.getAddress();
    byte[] theirs = address.getAddress();
    if (ours.length != theirs.length) {
      return false;
    }
    for (int bit = 0; bit < length; bit++) {
      int mask = 0x80 >> (bit % Byte.SIZE);
      if (((ours[bit / Byte.SIZE] ^ theirs[bit / Byte.SIZE]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }
}
