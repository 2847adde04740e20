package io.sallyport.engine.resolve;

import io.netty.resolver.HostsFileEntriesProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The hosts file as the node's own programs see it: asked before any name server, and read again
 * when it has changed. May block; any thread.
 */
final class HostsFile {
  private final Path path;
  private @Nullable FileStamp read;
  private Map<String, List<InetAddress>> ipv4 = Map.of();
  private Map<String, List<InetAddress>> ipv6 = Map.of();

  HostsFile(Path path) {
    this.path = path;
  }

  /** The addresses of a name, IPv4 first; empty when the file has no line for it. */
  synchronized List<InetAddress> addresses(String name) {
    refresh();
    String key = name.toLowerCase(Locale.ROOT);
    List<InetAddress> found = new ArrayList<>(ipv4.getOrDefault(key, List.of()));
    found.addAll(ipv6.getOrDefault(key, List.of()));
    return List.copyOf(found);
  }

  private void refresh() {
    FileStamp now = FileStamp.of(path);
    if (now.equals(read)) {
      return;
    }
    read = now;
    if (now.equals(FileStamp.MISSING)) {
      ipv4 = Map.of();
      ipv6 = Map.of();
      return;
    }
    try {
      HostsFileEntriesProvider lines =
          HostsFileEntriesProvider.parser().parse(path.toFile(), StandardCharsets.ISO_8859_1);
      ipv4 = lines.ipv4Entries();
      ipv6 = lines.ipv6Entries();
    } catch (IOException e) {
      // It went away while it was read, or may not be read: what it said before holds until it
      // can be read again.
      read = null;
    }
  }
}
