package io.sallyport.plugins.injection.rendered;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.injection.HostBinding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A file in the form of a hosts file, for programs that read further ones: dnsmasq's {@code
 * addn-hosts}, CoreDNS' {@code hosts}. A name of ours leaves its subdomains to others there, which
 * dnsmasq's {@code address=} would not.
 *
 * @param path the file
 */
record HostsFormat(Path path) implements Format {
  private static final int MOST_NAMES = 32;

  @Override
  public Map<Path, Page> pages(Set<HostBinding> bindings) {
    List<String> lines = new ArrayList<>();
    for (HostBinding binding : Bindings.named(bindings)) {
      List<String> names = binding.names().stream().map(HostName::text).toList();
      for (int from = 0; from < names.size(); from += MOST_NAMES) {
        int to = Math.min(names.size(), from + MOST_NAMES);
        lines.add(
            Addresses.text(binding.address()) + " " + String.join(" ", names.subList(from, to)));
      }
    }
    return lines.isEmpty() ? Map.of() : Map.of(path, new Page(lines, bindings));
  }

  @Override
  public Set<Path> places() {
    return Set.of(path);
  }
}
