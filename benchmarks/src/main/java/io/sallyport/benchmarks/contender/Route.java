package io.sallyport.benchmarks.contender;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * One listener and where it leads.
 *
 * @param name the service's or frontend's name
 * @param listen where the proxy accepts
 * @param endpoints where sessions go, in turns
 * @param probePort the port of the endpoints that health checks connect to
 */
public record Route(
    String name, InetSocketAddress listen, List<InetSocketAddress> endpoints, int probePort) {
  /** An address and a port as configurations write it. */
  static String text(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  /** The same way, accepted on another port. */
  public Route onPort(int port) {
    return new Route(name, new InetSocketAddress(listen.getAddress(), port), endpoints, probePort);
  }
}
