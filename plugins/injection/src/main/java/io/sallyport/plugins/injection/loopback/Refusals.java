package io.sallyport.plugins.injection.loopback;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.injection.InjectionReport.Outcome.Refused;
import io.sallyport.plugins.injection.loopback.Netlink.Answer.Denied;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Path;

/** What the system's refusals mean for a person. Pure. */
final class Refusals {
  private static final String PRIVILEGE =
      "run the agent as root or with the capability CAP_NET_ADMIN"
          + " (AmbientCapabilities=CAP_NET_ADMIN in its systemd unit, NET_ADMIN under"
          + " securityContext.capabilities.add in a pod), or use addresses in 127.0.0.0/8";

  private Refusals() {}

  /** The kernel would not add an address. */
  static Refused add(Placement place, Denied denied) {
    String reason = "cannot add " + place.text() + ": " + denied.text();
    boolean noIpv6 =
        place.address() instanceof Inet6Address
            && (denied.errno() == Errno.EACCES
                || denied.errno() == Errno.EOPNOTSUPP
                || denied.errno() == Errno.EAFNOSUPPORT);
    if (noIpv6) {
      return new Refused(
          reason,
          "IPv6 is switched off: sysctl -w net.ipv6.conf."
              + place.link()
              + ".disable_ipv6=0 (and no ipv6.disable=1 on the kernel's command line), or give the"
              + " service an IPv4 address");
    }
    return new Refused(
        reason, remedy(denied, "look at the link with: ip addr show " + place.link()));
  }

  /** The kernel would not make the link, or not bring it up. */
  static Refused link(String operation, String name, Denied denied) {
    String otherwise =
        denied.errno() == Errno.EOPNOTSUPP
            ? "load the kernel module dummy (modprobe dummy), or set link to lo"
            : "set link to lo, or make the link by hand: ip link add " + name + " type dummy";
    return new Refused(
        "cannot " + operation + " the link " + name + ": " + denied.text(),
        remedy(denied, otherwise));
  }

  /** The record could not be written, and nothing is added that could not be removed later. */
  static Refused unrecorded(Placement place, Path file, IOException e) {
    return new Refused(
        "does not add "
            + place.text()
            + " because "
            + file
            + ", which remembers what to remove, cannot be written: "
            + OwnershipRecord.reason(e),
        "let the agent write to " + file.toAbsolutePath().getParent());
  }

  /** The answer was lost again and again. */
  static Refused unanswered(Placement place) {
    return new Refused(
        "does not know whether the kernel added " + place.text() + ": its answers were lost",
        "nothing: the next reconciliation looks again");
  }

  /** Native calls are impossible, or the kernel does not talk. */
  static Refused unreachable(InetAddress address, String why) {
    String text = Addresses.text(address);
    return new Refused(
        "cannot make " + text + " an address of this node because " + why,
        "add " + text + " to the node by other means, or use an address in 127.0.0.0/8");
  }

  private static String remedy(Denied denied, String otherwise) {
    return denied.errno() == Errno.EPERM ? PRIVILEGE : otherwise;
  }
}
