package io.sallyport.plugins.injection.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Who is answered: the node itself, and whom the settings name. A responder that answers everybody
 * is a weapon in the hands of those who forge senders.
 *
 * @param own the responder's address: who asks it from the node may have it too
 * @param allowed the others
 */
record Clients(InetAddress own, List<Network> allowed) {
  boolean hold(InetSocketAddress client) {
    InetAddress address = client.getAddress();
    return address.isLoopbackAddress()
        || address.equals(own)
        || allowed.stream().anyMatch(network -> network.holds(address));
  }
}
