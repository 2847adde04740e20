package io.sallyport.plugins.injection.dns;

import io.sallyport.api.catalog.HostName;
import io.sallyport.api.injection.HostBinding;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is answered from the catalog. Immutable; keys are in lower case.
 *
 * @param addresses by name
 * @param reverse the canonical names of each address, by the name of its PTR records
 */
record Records(Map<String, List<InetAddress>> addresses, Map<String, List<HostName>> reverse) {
  static final Records NONE = new Records(Map.of(), Map.of());

  private static final String HEX = "0123456789abcdef";

  /** What the bindings ask for, in an order that depends on nothing but them. */
  static Records of(Set<HostBinding> bindings) {
    Map<String, List<InetAddress>> addresses = new HashMap<>();
    Map<String, List<HostName>> reverse = new HashMap<>();
    bindings.stream()
        .sorted(Comparator.comparing(HostBinding::service))
        .filter(binding -> !binding.names().isEmpty())
        .forEach(binding -> {
          for (HostName name : binding.names()) {
            add(addresses, name.text(), binding.address());
          }
          add(reverse, reverseName(binding.address()), binding.names().getFirst());
        });
    return new Records(frozen(addresses), frozen(reverse));
  }

  /** The addresses of one of our names; empty when it is none. */
  Optional<List<InetAddress>> addresses(String name) {
    return Optional.ofNullable(addresses.get(name.toLowerCase(Locale.ROOT)));
  }

  /** The names of one of our addresses, given the name of its PTR records; empty if it is none. */
  Optional<List<HostName>> names(String reverseName) {
    return Optional.ofNullable(reverse.get(reverseName.toLowerCase(Locale.ROOT)));
  }

  /** {@code 7.0.20.172.in-addr.arpa}, or the same of IPv6. */
  static String reverseName(InetAddress address) {
    byte[] bytes = address.getAddress();
    StringBuilder name = new StringBuilder();
    boolean four = address instanceof Inet4Address;
    for (int i = bytes.length - 1; i >= 0; i--) {
      if (four) {
        name.append(bytes[i] & 0xff).append('.');
      } else {
        name.append(HEX.charAt(bytes[i] & 0xf)).append('.');
        name.append(HEX.charAt(bytes[i] >> 4 & 0xf)).append('.');
      }
    }
    return name.append(four ? "in-addr.arpa" : "ip6.arpa").toString();
  }

  private static <T> void add(Map<String, List<T>> map, String key, T value) {
    List<T> values = map.computeIfAbsent(key, _ -> new ArrayList<>(1));
    if (!values.contains(value)) {
      values.add(value);
    }
  }

  private static <T> Map<String, List<T>> frozen(Map<String, List<T>> map) {
    map.replaceAll((key, values) -> List.copyOf(values));
    return Map.copyOf(map);
  }
}
