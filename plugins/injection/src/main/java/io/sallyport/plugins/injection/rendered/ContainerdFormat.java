package io.sallyport.plugins.injection.rendered;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.injection.HostBinding;
import io.sallyport.plugins.injection.rendered.ContainerdSettings.Host;
import io.sallyport.plugins.injection.rendered.ContainerdSettings.Registry;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A {@code hosts.toml} for each registry. It names one server and no other: where the node cannot
 * reach the registry, the public internet is not the way either.
 */
record ContainerdFormat(ContainerdSettings settings) implements Format {
  private static final String FILE = "hosts.toml";

  @Override
  public Map<Path, Page> pages(Set<HostBinding> bindings) {
    Map<Path, Page> pages = new TreeMap<>();
    for (HostBinding binding : Bindings.named(bindings)) {
      for (Registry registry : registries(binding)) {
        pages.put(
            settings.file().path().resolve(registry.text()).resolve(FILE),
            new Page(lines(registry, binding.address()), Set.of(binding)));
      }
    }
    return pages;
  }

  @Override
  public Set<Path> places() {
    Set<Path> places = new HashSet<>();
    try (DirectoryStream<Path> directories =
        Files.newDirectoryStream(settings.file().path(), Files::isDirectory)) {
      for (Path directory : directories) {
        Path file = directory.resolve(FILE);
        if (Files.exists(file)) {
          places.add(file);
        }
      }
    } catch (IOException none) {
      return Set.of();
    }
    return places;
  }

  /** Only an empty directory can go: one with a client's certificate, say, stays. */
  @Override
  public void removed(Path path) {
    Path directory = path.getParent();
    if (directory != null && !Files.exists(path)) {
      try {
        Files.deleteIfExists(directory);
      } catch (IOException notEmpty) {
        // It holds what others need.
      }
    }
  }

  private List<Registry> registries(HostBinding binding) {
    if (settings.registries().isEmpty()) {
      return binding.names().stream().map(name -> new Registry(name, Registry.HTTPS)).toList();
    }
    List<HostName> names = binding.names();
    return settings.registries().stream()
        .filter(registry -> names.contains(registry.name()))
        .toList();
  }

  private List<String> lines(Registry registry, InetAddress address) {
    List<String> lines = new ArrayList<>();
    String host =
        settings.host() == Host.NAME
            ? registry.text()
            : Addresses.text(address, registry.port()).replaceFirst(":443$", "");
    List<String> trust = new ArrayList<>();
    settings.authority().ifPresent(file -> trust.add("ca = " + quoted(file.toString())));
    if (settings.skipVerify()) {
      trust.add("skip_verify = true");
    }
    String url = quoted("https://" + host);
    lines.add("server = " + url);
    lines.addAll(trust);
    // The same again: containerd 1.6 and earlier refuse a file without any host.
    lines.add("[host." + url + "]");
    lines.add("  capabilities = [\"pull\", \"resolve\", \"push\"]");
    trust.forEach(line -> lines.add("  " + line));
    return lines;
  }

  /** A TOML string: what it cannot hold as it is, a path on Linux may. */
  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        quoted.append(String.format("\\u%04X", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
