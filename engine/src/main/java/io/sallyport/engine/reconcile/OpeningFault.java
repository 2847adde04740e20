package io.sallyport.engine.reconcile;

import io.sallyport.api.catalog.Addresses;
import java.net.InetSocketAddress;
import java.util.Locale;

/** Says why a listener could not be opened, and what a person can do. */
final class OpeningFault {
  private OpeningFault() {}

  static String words(InetSocketAddress address, Throwable cause) {
    String where = Addresses.text(address.getAddress(), address.getPort());
    String said = String.valueOf(cause.getMessage());
    String lower = said.toLowerCase(Locale.ROOT);
    String remedy = "";
    if (lower.contains("in use")) {
      remedy = "; end the program that listens there, or choose another address or port";
    } else if (lower.contains("permission") || lower.contains("denied")) {
      remedy =
          "; ports below 1024 need root, CAP_NET_BIND_SERVICE or a lower "
              + "net.ipv4.ip_unprivileged_port_start";
    } else if (lower.contains("cannot assign") || lower.contains("not available")) {
      remedy = "; the address is not this node's: enable the loopback injector or add it to lo";
    }
    return "cannot listen on " + where + ": " + said + remedy;
  }
}
