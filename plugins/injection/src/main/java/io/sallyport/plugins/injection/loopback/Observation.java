package io.sallyport.plugins.injection.loopback;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the kernel had at one moment, as far as it matters.
 *
 * @param links those of the links asked for that exist, by name
 * @param byAddress all addresses of the node, by address: one may be on several links
 * @param networks those addresses whose prefix leaves room for others
 * @param names the names of these links, and of those that carry an address asked for, by index
 * @param marks whether this kernel keeps the mark of who added an address
 */
record Observation(
    Map<String, Link> links,
    Map<InetAddress, List<LinkAddress>> byAddress,
    List<LinkAddress> networks,
    Map<Integer, String> names,
    boolean marks) {

  /**
   * Looks.
   *
   * @param links the names of the links that matter
   * @param addresses the addresses that matter
   * @throws NetlinkException when the kernel does not tell
   */
  static Observation of(Netlink netlink, Set<String> links, Collection<InetAddress> addresses) {
    Map<String, Link> found = new HashMap<>();
    Map<Integer, String> names = new HashMap<>();
    for (String name : links) {
      Optional<Link> link = netlink.link(name);
      link.ifPresent(there -> found.put(name, there));
      link.ifPresent(there -> names.put(there.index(), name));
    }
    List<LinkAddress> all = netlink.addresses();
    Set<InetAddress> wanted = new HashSet<>(addresses);
    for (LinkAddress told : all) {
      if (wanted.contains(told.address())) {
        names.computeIfAbsent(
            told.link(), index -> netlink.link(index).map(Link::name).orElse("link " + index));
      }
    }
    return of(found, names, all);
  }

  /** Sorts what was seen. */
  static Observation of(
      Map<String, Link> links, Map<Integer, String> names, List<LinkAddress> addresses) {
    Map<InetAddress, List<LinkAddress>> byAddress = new HashMap<>();
    List<LinkAddress> networks = new ArrayList<>();
    boolean marks = false;
    for (LinkAddress told : addresses) {
      byAddress.computeIfAbsent(told.address(), none -> new ArrayList<>(1)).add(told);
      marks |= told.protocol() != 0;
      if (told.prefix() < LinkAddress.whole(told.address())) {
        networks.add(told);
      }
    }
    return new Observation(links, byAddress, networks, names, marks);
  }

  /** The addresses equal to this one, on whatever links. */
  List<LinkAddress> at(InetAddress address) {
    return byAddress.getOrDefault(address, List.of());
  }

  /** True when the link exists and carries the address, or has it within its own network. */
  boolean serves(Placement place) {
    Link link = links.get(place.link());
    if (link == null) {
      return false;
    }
    if (at(place.address()).stream().anyMatch(told -> told.link() == link.index())) {
      return true;
    }
    // All of 127.0.0.0/8 is local because lo carries 127.0.0.1/8.
    return place.address().isLoopbackAddress()
        && networks.stream()
            .anyMatch(told -> told.link() == link.index() && told.covers(place.address()));
  }

  /** True when the address is there and it is us who put it there. */
  boolean ours(Placement place, Ownership ownership) {
    Link link = links.get(place.link());
    if (link == null || !ownership.addresses().contains(place)) {
      return false;
    }
    // The record alone may name an address that another one added after we were killed before we
    // could; where the kernel keeps marks, they decide.
    return at(place.address()).stream()
        .filter(told -> told.link() == link.index())
        .filter(told -> told.prefix() == LinkAddress.whole(place.address()))
        .anyMatch(told -> !marks || told.protocol() == Rtnetlink.OUR_PROTOCOL);
  }
}
