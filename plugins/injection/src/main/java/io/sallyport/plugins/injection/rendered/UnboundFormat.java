package io.sallyport.plugins.injection.rendered;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.injection.HostBinding;
import java.net.Inet4Address;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A part of unbound's configuration with local data. Unbound makes a transparent zone of each name:
 * its other types have no records, and its subdomains are looked up as ever.
 *
 * @param path the file, within a directory that unbound's configuration includes
 */
record UnboundFormat(Path path, Duration timeToLive) implements Format {
  @Override
  public Map<Path, Page> pages(Set<HostBinding> bindings) {
    List<String> lines = new ArrayList<>();
    for (HostBinding binding : Bindings.named(bindings)) {
      String type = binding.address() instanceof Inet4Address ? "A" : "AAAA";
      String address = Addresses.text(binding.address());
      for (HostName name : binding.names()) {
        lines.add(
            "  local-data: \""
                + name
                + ". "
                + timeToLive.toSeconds()
                + " IN "
                + type
                + " "
                + address
                + "\"");
      }
      lines.add(
          "  local-data-ptr: \""
              + address
              + " "
              + timeToLive.toSeconds()
              + " "
              + binding.names().getFirst()
              + ".\"");
    }
    if (lines.isEmpty()) {
      return Map.of();
    }
    lines.addFirst("server:");
    return Map.of(path, new Page(lines, bindings));
  }

  @Override
  public Set<Path> places() {
    return Set.of(path);
  }
}
