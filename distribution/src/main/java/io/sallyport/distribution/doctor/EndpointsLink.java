package io.sallyport.distribution.doctor;

import io.sallyport.engine.status.EndpointStatus;
import io.sallyport.engine.status.ListenerStatus;
import java.util.List;
import java.util.stream.Collectors;

/** Whether endpoints are up behind a listener, by the agent's own checks. */
final class EndpointsLink {
  private static final String ENABLED = "enabled";

  private EndpointsLink() {}

  /** Judges what an agent says of a listener. */
  static Link of(ListenerStatus listener) {
    List<EndpointStatus> all = listener.endpoints();
    List<EndpointStatus> up = all.stream().filter(EndpointsLink::takesSessions).toList();
    String count = up.size() + " of " + all.size() + " up";
    if (up.size() == all.size()) {
      return up.stream().allMatch(EndpointStatus::proven)
          ? Link.ok(Link.ENDPOINTS, count)
          : Link.warn(
              Link.ENDPOINTS, count + ", but not all were probed yet", "ask again in a minute");
    }
    String others =
        all.stream()
            .filter(endpoint -> !takesSessions(endpoint))
            .map(EndpointsLink::words)
            .collect(Collectors.joining("; "));
    // Those that are ejected take the sessions that nobody else can take.
    return up.isEmpty() && all.stream().noneMatch(EndpointsLink::ejected)
        ? Link.broken(
            Link.ENDPOINTS,
            count
                + (listener.failOpen() ? " (fail open: sessions try all of them)" : "")
                + ": "
                + others,
            remedy(all))
        : Link.warn(Link.ENDPOINTS, count + ": " + others, remedy(all));
  }

  private static String remedy(List<EndpointStatus> all) {
    if (all.stream().anyMatch(endpoint -> !endpoint.mode().equals(ENABLED))) {
      return "sallyport endpoint enable puts an endpoint back that an operator has taken out; see"
          + " to those that fail their checks";
    }
    if (all.stream().anyMatch(EndpointsLink::ejected)) {
      return "sallyport status says how the ejected ones failed sessions; they come back by"
          + " themselves, or at once with sallyport endpoint enable";
    }
    return "see whether they run and whether this node's network and firewall reach them";
  }

  private static boolean takesSessions(EndpointStatus endpoint) {
    return endpoint.up()
        && !endpoint.avoided()
        && endpoint.ejectedMillis() == 0
        && endpoint.mode().equals(ENABLED);
  }

  private static boolean ejected(EndpointStatus endpoint) {
    return endpoint.up() && endpoint.ejectedMillis() > 0 && endpoint.mode().equals(ENABLED);
  }

  private static String words(EndpointStatus endpoint) {
    String why =
        !endpoint.mode().equals(ENABLED)
            ? endpoint.mode()
            : endpoint.addresses().isEmpty()
                ? "its name does not resolve"
                : ejected(endpoint)
                    ? "ejected for another "
                        + Math.ceilDiv(endpoint.ejectedMillis(), 1000)
                        + " s, because it failed live sessions"
                    : endpoint.up()
                        ? "avoided, because sessions could not connect"
                        : endpoint.health()
                            + (endpoint.lastCheck().isEmpty() ? "" : ", " + endpoint.lastCheck());
    return endpoint.name() + " (" + why + ")";
  }
}
