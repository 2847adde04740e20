package io.sallyport.plugins.injection.rendered;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.plugins.injection.dns.ServerAddresses;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * The settings of the injector {@code systemd-resolved}.
 *
 * @param file where, and how systemd-resolved is told
 * @param server who answers our names ({@code server}); the injector {@code dns}, where it listens
 *     by default
 * @since 0.1
 */
public record ResolvedSettings(FileSettings file, InetSocketAddress server) {
  private static final FileSettings DEFAULTS =
      FileSettings.defaults(
          "/etc/systemd/resolved.conf.d/sallyport.conf",
          "systemctl",
          "try-reload-or-restart",
          "systemd-resolved.service");

  static ResolvedSettings parse(ConfigSection section) {
    List<InetSocketAddress> servers = ServerAddresses.of(section, "server");
    if (servers.size() > 1) {
      section.problem("server", "is more than one", "name the one that answers our names");
    }
    return new ResolvedSettings(
        FileSettings.parse(section, "path", DEFAULTS),
        servers.isEmpty() ? ServerAddresses.RESPONDER : servers.getFirst());
  }
}
