package io.sallyport.engine.resolve;

import io.sallyport.api.catalog.Addresses;
import java.net.InetAddress;
import java.util.List;

/**
 * What a host resolves to.
 *
 * @param addresses the one in use first
 * @param fault why there is no answer; empty when there is one
 * @since 0.1
 */
public record Resolution(List<InetAddress> addresses, String fault) {
  /** Without the addresses that no connection from this one can lead to. */
  public Resolution reachableFrom(InetAddress source) {
    List<InetAddress> reachable =
        addresses.stream().filter(address -> Addresses.sameFamily(address, source)).toList();
    return addresses.isEmpty() || !reachable.isEmpty()
        ? new Resolution(reachable, fault)
        : new Resolution(
            List.of(),
            "has no "
                + Addresses.family(source)
                + " address to connect to from "
                + Addresses.text(source));
  }
}
