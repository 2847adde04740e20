package io.sallyport.distribution.catalog;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.EndpointRole;
import io.sallyport.api.catalog.Locality;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * An endpoint as written: without its own port it takes the port's target.
 *
 * @param source the address that connections to it come from
 */
record EndpointDraft(
    Optional<String> name,
    String host,
    OptionalInt port,
    Locality locality,
    int weight,
    int maxSessions,
    EndpointRole role,
    EndpointMode mode,
    boolean checked,
    Source source) {

  /**
   * Where connections come from.
   *
   * @param said whether the endpoint says it, instead of its port
   * @param address empty for any
   */
  record Source(boolean said, Optional<InetAddress> address) {
    static final Source UNSAID = new Source(false, Optional.empty());

    Optional<InetAddress> over(Optional<InetAddress> below) {
      return said ? address : below;
    }
  }

  /** A host and an optional port. */
  static EndpointDraft plain(String host, OptionalInt port) {
    return new EndpointDraft(
        Optional.empty(),
        host,
        port,
        Locality.UNKNOWN,
        1,
        0,
        EndpointRole.PRIMARY,
        EndpointMode.ENABLED,
        true,
        Source.UNSAID);
  }

  /** The endpoints of a port: named for their hosts, with the port where two have one host. */
  static List<Endpoint> endpoints(
      List<EndpointDraft> drafts, int target, Optional<InetAddress> source, Sharing sharing) {
    Set<String> hosts = new HashSet<>();
    Set<String> severalTimes = new HashSet<>();
    for (EndpointDraft draft : drafts) {
      if (!hosts.add(draft.host())) {
        severalTimes.add(draft.host());
      }
    }
    List<Endpoint> endpoints = new ArrayList<>(drafts.size());
    for (EndpointDraft draft : drafts) {
      int port = draft.port().orElse(target);
      String name =
          draft
              .name()
              .orElseGet(() ->
                  severalTimes.contains(draft.host())
                      ? hostAndPort(draft.host(), port)
                      : draft.host());
      endpoints.add(
          sharing.one(
              new Endpoint(
                  sharing.one(name),
                  sharing.one(draft.host()),
                  port,
                  sharing.one(draft.locality().region()),
                  sharing.one(draft.locality().zone()),
                  draft.weight(),
                  draft.maxSessions(),
                  draft.role(),
                  draft.mode(),
                  draft.checked(),
                  sharing.one(draft.source().over(source)))));
    }
    return endpoints;
  }

  /** {@code host:port}, with brackets around an IPv6 address. */
  static String hostAndPort(String host, int port) {
    return Addresses.literal(host)
        .map(address -> Addresses.text(address, port))
        .orElse(host + ":" + port);
  }
}
