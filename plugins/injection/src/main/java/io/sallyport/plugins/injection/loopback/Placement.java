package io.sallyport.plugins.injection.loopback;

import io.sallyport.api.catalog.Addresses;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

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

  /**
   * An unmodifiable copy. {@link Set#copyOf} takes quadratic time for it: addresses in a row have
   * hash codes in a row, and two such rows that overlap in its table make it probe all of one for
   * each of the other.
   */
  static Set<Placement> copy(Collection<Placement> places) {
    return Collections.unmodifiableSet(new HashSet<>(places));
  }
}
