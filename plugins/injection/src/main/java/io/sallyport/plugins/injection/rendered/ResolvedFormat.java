package io.sallyport.plugins.injection.rendered;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.injection.HostBinding;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A drop-in for systemd-resolved, which knows no names of its own but those of the hosts file: it
 * sends questions about our names to a server that does, the injector {@code dns}.
 *
 * <p>The empty assignment takes other servers of {@code resolved.conf} out of the list: domains do
 * not choose among those, and the first one would be asked for our names. Servers of links stay.
 *
 * @param path the file, in {@code resolved.conf.d}
 * @param server who answers
 */
record ResolvedFormat(Path path, InetSocketAddress server) implements Format {
  private static final int DNS = 53;

  @Override
  public Map<Path, Page> pages(Set<HostBinding> bindings) {
    List<String> domains = new ArrayList<>();
    for (HostBinding binding : Bindings.named(bindings)) {
      for (HostName name : binding.names()) {
        domains.add("Domains=~" + name);
      }
    }
    if (domains.isEmpty()) {
      return Map.of();
    }
    List<String> lines = new ArrayList<>(List.of("[Resolve]", "DNS=", "DNS=" + text()));
    lines.addAll(domains);
    return Map.of(path, new Page(lines, bindings));
  }

  @Override
  public Set<Path> places() {
    return Set.of(path);
  }

  private String text() {
    return server.getPort() == DNS
        ? Addresses.text(server.getAddress())
        : Addresses.text(server.getAddress(), server.getPort());
  }
}
