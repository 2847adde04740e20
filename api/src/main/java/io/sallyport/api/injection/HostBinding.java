package io.sallyport.api.injection;

import io.sallyport.api.catalog.HostName;
import java.net.InetAddress;
import java.util.List;

/**
 * What one service wants of the node's name resolution: its names lead to its address.
 *
 * @param service the service's id
 * @param address the node-local address
 * @param names the public names, the first one being canonical; may be empty
 * @since 0.1
 */
public record HostBinding(String service, InetAddress address, List<HostName> names) {
  /** Copies the names. */
  public HostBinding {
    names = List.copyOf(names);
  }

  /** Without the names, which hardly ever tell two bindings apart and take their time. */
  @Override
  public int hashCode() {
    return 31 * service.hashCode() + address.hashCode();
  }
}
