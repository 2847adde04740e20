package io.sallyport.distribution.demo;

import java.util.List;

/**
 * One of the seed's registries, at a small scale: it listens on {@code 127.20.0.OCTET} of the node,
 * and zone N serves it at {@code 127.20.N.OCTET}.
 *
 * @param id its id in the catalog
 * @param names its public names
 * @param octet the last part of its addresses
 * @param ports where it listens; above 1023, since nobody here is root
 */
record DemoService(String id, List<String> names, int octet, List<Integer> ports) {
  /** What a node of the seed has from its first day. */
  static final List<DemoService> FIRST =
      List.of(
          new DemoService("icr", List.of("icr.io", "cp.icr.io"), 7, List.of(8443, 4443)),
          new DemoService("us", List.of("us.icr.io"), 2, List.of(8443)),
          new DemoService("jp", List.of("jp.icr.io"), 3, List.of(8443)),
          new DemoService("de", List.of("de.icr.io"), 4, List.of(8443)));

  /** What comes later. */
  static final DemoService LATER = new DemoService("jp2", List.of("jp2.icr.io"), 9, List.of(8443));

  /** The node-local address. */
  String address() {
    return "127.20.0." + octet;
  }

  /** The private endpoint's address in a zone, from 1 to 3. */
  String endpoint(int zone) {
    return "127.20." + zone + "." + octet;
  }
}
