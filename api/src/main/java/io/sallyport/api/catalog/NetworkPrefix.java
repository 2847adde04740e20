package io.sallyport.api.catalog;

import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;

/**
 * The addresses that share their first bits, such as {@code 10.0.0.0/8}.
 *
 * @param address the first of them; its bits behind the length are zero
 * @param length the bits that they share, up to 32 or 128
 * @since 0.1
 */
public record NetworkPrefix(InetAddress address, int length) {
  /**
   * Checks the length, and that nothing stands behind it.
   *
   * @throws IllegalArgumentException when one of them is wrong
   */
  public NetworkPrefix {
    Objects.requireNonNull(address, "address");
    byte[] bytes = address.getAddress();
    Bounds.within(length, 0, bytes.length * Byte.SIZE, "length");
    for (int bit = length; bit < bytes.length * Byte.SIZE; bit++) {
      if ((bytes[bit / Byte.SIZE] & (0x80 >> (bit % Byte.SIZE))) != 0) {
        throw new IllegalArgumentException(
            Addresses.text(address) + "/" + length + " has bits behind its length");
      }
    }
  }

  /** Reads {@code 10.0.0.0/8}, or one address alone; empty when it is neither. */
  public static Optional<NetworkPrefix> read(String text) {
    int slash = text.indexOf('/');
    Optional<InetAddress> address = Addresses.literal(slash < 0 ? text : text.substring(0, slash));
    if (address.isEmpty()) {
      return Optional.empty();
    }
    try {
      int length =
          slash < 0
              ? address.get().getAddress().length * Byte.SIZE
              : Integer.parseInt(text.substring(slash + 1));
      return Optional.of(new NetworkPrefix(address.get(), length));
    } catch (IllegalArgumentException wrong) {
      return Optional.empty();
    }
  }

  /** Whether an address is one of them. Addresses of the other family never are. */
  public boolean contains(InetAddress other) {
    byte[] mine = address.getAddress();
    byte[] its = other.getAddress();
    if (mine.length != its.length) {
      return false;
    }
    int whole = length / Byte.SIZE;
    for (int i = 0; i < whole; i++) {
      if (mine[i] != its[i]) {
        return false;
      }
    }
    int rest = length % Byte.SIZE;
    return rest == 0 || (mine[whole] ^ its[whole]) >> (Byte.SIZE - rest) == 0;
  }

  /** As it is written. */
  public String text() {
    return Addresses.text(address) + "/" + length;
  }
}
