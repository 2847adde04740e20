package io.sallyport.plugins.injection.rendered;

import io.sallyport.api.catalog.HostName;
import io.sallyport.api.config.ConfigSection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The settings of the injector {@code containerd}.
 *
 * @param file the directory ({@code directory}) of containerd's {@code config_path}
 * @param registries the names that are registries ({@code registries}: {@code icr.io}, {@code
 *     icr.io:4443}); empty for all names of the catalog
 * @param host what containerd connects to ({@code host}: {@code name} or {@code address})
 * @param authority a file of certificates to trust ({@code ca}), if not the system's
 * @param skipVerify whether any certificate will do ({@code skip-verify})
 * @since 0.1
 */
public record ContainerdSettings(
    FileSettings file,
    List<Registry> registries,
    Host host,
    Optional<Path> authority,
    boolean skipVerify) {
  private static final FileSettings DEFAULTS = FileSettings.defaults("/etc/containerd/certs.d");
  private static final Path EXAMPLE = Path.of("/etc/ssl/certs/ca-certificates.crt");
  private static final int LARGEST_PORT = 65_535;

  /** Copies the list. */
  public ContainerdSettings {
    registries = List.copyOf(registries);
  }

  /** What containerd connects to, and whose certificate it therefore wants. */
  public enum Host {
    /** The public name, which another injector publishes. */
    NAME,
    /** The node-local address: no name is looked up, and the certificate must be for it. */
    ADDRESS
  }

  /**
   * A registry as image references name it.
   *
   * @param name a public name
   * @param port 443 where a reference has none
   */
  public record Registry(HostName name, int port) {
    static final int HTTPS = 443;

    /** {@code icr.io}, or {@code icr.io:4443}. */
    String text() {
      return port == HTTPS ? name.text() : name.text() + ":" + port;
    }

    static Optional<Registry> parse(String text) {
      int colon = text.indexOf(':');
      String name = colon < 0 ? text : text.substring(0, colon);
      String port = colon < 0 ? "443" : text.substring(colon + 1);
      if (HostName.complaint(name).isPresent() || !port.matches("[1-9]\\d{0,4}")) {
        return Optional.empty();
      }
      int number = Integer.parseInt(port);
      return number > LARGEST_PORT
          ? Optional.empty()
          : Optional.of(new Registry(new HostName(name), number));
    }
  }

  static ContainerdSettings parse(ConfigSection section) {
    List<Registry> registries = new ArrayList<>();
    for (String text : section.texts("registries")) {
      Registry.parse(text)
          .ifPresentOrElse(
              registries::add,
              () ->
                  section.problem(
                      "registries",
                      "holds \"" + text + "\", which is no registry",
                      "write it as image references do: icr.io or icr.io:4443"));
    }
    return new ContainerdSettings(
        FileSettings.parse(section, "directory", DEFAULTS),
        registries,
        section.choice("host", Host.NAME),
        FileSettings.absolute(section, "ca", EXAMPLE),
        section.flag("skip-verify", false));
  }
}
