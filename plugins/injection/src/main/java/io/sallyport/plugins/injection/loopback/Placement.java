package io.sallyport.plugins.injection.loopback;

import io.sallyport.api.catalog.Addresses;
import java.net.InetAddress;

/**
 * One address on one link.
 *
 * @param link the link's name
 * @param address the address, canonical as of {@link LocalAddresses#canonical}
 */
record Placement(String link, InetAddress address) {
  /** Text for people: {@code 172.20.0.7/32 on lo}. */
  String text() {
    return Addresses.text(address) + "/" + LinkAddress.whole(address) + " on " + link;
  }
}
