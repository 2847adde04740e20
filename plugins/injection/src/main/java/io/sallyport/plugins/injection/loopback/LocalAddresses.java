package io.sallyport.plugins.injection.loopback;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.injection.InjectionReport.Outcome.Refused;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Which addresses a node can make its own. Pure. */
final class LocalAddresses {
  private LocalAddresses() {}

  /** The same address without scope and name, an IPv4-mapped one as the IPv4 address it means. */
  static InetAddress canonical(InetAddress address) {
    try {
      return InetAddress.getByAddress(address.getAddress());
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("an address of neither 4 nor 16 bytes", impossible);
    }
  }

  /** Why no node can have this address as its own; empty when one can. */
  static Optional<Refused> refusal(InetAddress address) {
    if (address.isAnyLocalAddress()) {
      return refused(address, "stands for all addresses, not for one", "choose one address");
    }
    if (address.isMulticastAddress()) {
      return refused(address, "is a multicast address", "choose a unicast address");
    }
    byte[] bytes = address.getAddress();
    if (address instanceof Inet4Address && bytes[0] == 0) {
      return refused(address, "is in 0.0.0.0/8, which no node can have", "choose another address");
    }
    if (address instanceof Inet4Address && isBroadcast(bytes)) {
      return refused(address, "is the broadcast address", "choose a unicast address");
    }
    if (address instanceof Inet6Address && address.isLinkLocalAddress()) {
      return refused(
          address,
          "is link-local: clients would have to name the link as well",
          "choose a unique local address, such as one in fd00::/8");
    }
    return Optional.empty();
  }

  private static boolean isBroadcast(byte[] bytes) {
    return (bytes[0] & bytes[1] & bytes[2] & bytes[3]) == -1;
  }

  private static Optional<Refused> refused(InetAddress address, String words, String remedy) {
    return Optional.of(new Refused(Addresses.text(address) + " " + words, remedy));
  }
}
