package io.sallyport.distribution.doctor;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.engine.status.ServiceStatus;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.Optional;

/** Whether a service's address is the node's own. */
final class AddressLink {
  private AddressLink() {}

  /**
   * Looks at this machine's interfaces.
   *
   * @param service what the agent says of the service
   */
  static Link of(InetAddress address, Optional<ServiceStatus> service) {
    String text = Addresses.text(address);
    if (address instanceof Inet4Address && address.isLoopbackAddress()) {
      return Link.ok(Link.ADDRESS, text + " is this node's, as all of 127.0.0.0/8 is");
    }
    try {
      NetworkInterface link = NetworkInterface.getByInetAddress(address);
      if (link != null) {
        boolean wanted =
            link.isLoopback() || service.map(ServiceStatus::addressOwned).orElse(false);
        String on = text + " is on " + link.getName();
        return wanted
            ? Link.ok(Link.ADDRESS, on)
            : Link.warn(
                Link.ADDRESS,
                on + ", where other machines may reach it",
                "give the service an address of its own that nothing else uses");
      }
    } catch (IOException unreadable) {
      return Link.skipped(
          Link.ADDRESS, "the interfaces cannot be read: " + unreadable.getMessage());
    }
    if (local(address)) {
      return Link.ok(Link.ADDRESS, text + " is local to this node by a route");
    }
    String reason = service.map(ServiceStatus::reason).filter(said -> !said.isEmpty()).orElse("");
    return Link.broken(
        Link.ADDRESS,
        text + " is on no interface of this node" + (reason.isEmpty() ? "" : ": " + reason),
        "run the agent with its host injector loopback as root or with CAP_NET_ADMIN, or do ip addr"
            + " add "
            + text
            + (address instanceof Inet4Address ? "/32" : "/128")
            + " dev lo");
  }

  /** Only what is local can be bound. */
  private static boolean local(InetAddress address) {
    try (DatagramSocket bound = new DatagramSocket(new InetSocketAddress(address, 0))) {
      return bound.isBound();
    } catch (IOException foreign) {
      return false;
    }
  }
}
