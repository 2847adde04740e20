package io.sallyport.control.agent;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.control.v1.Problem;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps a catalog from capturing the way to the control plane that it came from: with that gone,
 * nobody could mend it. Any thread.
 */
final class CaptureGuard {
  private final List<ControlAddress> configured;
  private final Set<InetSocketAddress> reached = ConcurrentHashMap.newKeySet();
  private final AtomicInteger changes = new AtomicInteger();

  CaptureGuard(List<ControlAddress> configured) {
    this.configured = configured;
    for (ControlAddress address : configured) {
      address.literal().ifPresent(ip -> reached.add(new InetSocketAddress(ip, address.port())));
    }
  }

  /** The control plane was reached there. */
  void reached(InetSocketAddress address) {
    if (reached.add(address)) {
      changes.incrementAndGet();
    }
  }

  /** How often it has changed so far: with it, what it says of a service may have. */
  int changes() {
    return changes.get();
  }

  /** Why a service must not be taken; empty when it may. */
  Optional<Problem> complaint(Service service) {
    for (int i = 0; i < service.names().size(); i++) {
      HostName name = service.names().get(i);
      for (ControlAddress address : configured) {
        if (name.text().toLowerCase(Locale.ROOT).equals(bare(address.host()))) {
          return Optional.of(
              captures(
                  "names[" + i + "]",
                  name.text() + " is the control plane's own name",
                  "take it out, or let the agent reach the control plane under another name"));
        }
      }
    }
    for (InetSocketAddress address : reached) {
      InetAddress ip = address.getAddress();
      if (!ip.equals(service.address())) {
        continue;
      }
      String text = Addresses.text(ip, address.getPort());
      if (!ip.isLoopbackAddress()) {
        return Optional.of(
            captures("address", "is the control plane's own, " + text, "use one of the node's"));
      }
      for (int p = 0; p < service.ports().size(); p++) {
        ServicePort port = service.ports().get(p);
        if (port.listen() == address.getPort()) {
          return Optional.of(
              captures(
                  "ports[" + p + "]",
                  "would listen on the control plane's " + text,
                  "use another"));
        }
      }
    }
    return Optional.empty();
  }

  /** A name may be written with the root's dot. */
  private static String bare(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }

  private static Problem captures(String path, String message, String remedy) {
    return Judge.problem("captures-control-plane", path, message + "; " + remedy);
  }
}
