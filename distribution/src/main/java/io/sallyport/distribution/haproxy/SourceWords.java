package io.sallyport.distribution.haproxy;

import io.sallyport.api.catalog.Addresses;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is said behind {@code source}: from which address connections come.
 *
 * @param address empty for any
 * @param carried whether that is all that is said
 * @param words how many words it takes
 */
record SourceWords(Optional<InetAddress> address, boolean carried, int words) {
  private static final Set<String> MORE = Set.of("usesrc", "interface");
  private static final SourceWords NOT_CARRIED = new SourceWords(Optional.empty(), false, 1);

  /** Reads the words behind {@code source}, whatever stands behind them. */
  static SourceWords of(List<String> words) {
    int count = 1;
    while (count < words.size() && MORE.contains(words.get(count))) {
      count = Math.min(words.size(), count + 2);
    }
    if (count > 1) {
      return new SourceWords(Optional.empty(), false, count);
    }
    Optional<HostAndPort> written = words.isEmpty() ? Optional.empty() : parts(words.getFirst());
    String port = written.map(HostAndPort::port).orElse("");
    if (written.isEmpty() || !(port.isEmpty() || port.equals("0"))) {
      return NOT_CARRIED;
    }
    if (written.get().everyAddress()) {
      return new SourceWords(Optional.empty(), true, 1);
    }
    Optional<InetAddress> address = Addresses.literal(written.get().host());
    return new SourceWords(address, address.isPresent(), 1);
  }

  /** A port need not be there, unlike behind an address without brackets elsewhere. */
  private static Optional<HostAndPort> parts(String text) {
    return Addresses.literal(text).isPresent()
        ? Optional.of(new HostAndPort(Addresses.literal(text).map(Addresses::text).orElse(""), ""))
        : HostAndPort.of(text);
  }
}
