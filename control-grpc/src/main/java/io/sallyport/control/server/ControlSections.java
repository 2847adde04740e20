package io.sallyport.control.server;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.config.ConfigSection;
import io.sallyport.control.resource.Hosts;
import io.sallyport.control.security.PeerLimits;
import io.sallyport.control.security.TlsFiles;
import io.sallyport.control.server.ControlSettings.Audit;
import io.sallyport.control.server.ControlSettings.Catalog;
import io.sallyport.control.server.ControlSettings.Connections;
import io.sallyport.control.server.ControlSettings.Security;
import io.sallyport.control.server.ControlSettings.Store;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a control plane's settings. Every key has a value where its caller lays the defaults below
 * the file; so the fallbacks here are what a wrong value leaves, and never take effect. Throws for
 * nothing that a user wrote. One thread.
 *
 * @since 0.1
 */
public final class ControlSections {
  private static final Pattern PLACE =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)]|([^\\[\\]:/\\s]+)):(\\d{1,5})");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,252}");
  private static final int MOST_PORT = 65_535;
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final String AUTO = "auto";

  private final Path stateDirectory;
  private final String host;

  /**
   * Makes a reader.
   *
   * @param stateDirectory what {@code state-directory = auto} means
   * @param host this machine's name, which {@code replica = auto} means
   */
  public ControlSections(Path stateDirectory, String host) {
    this.stateDirectory = stateDirectory;
    this.host = host;
  }

  /**
   * Reads. Keys of others, such as those of the log, may stand beside these: the caller reads them
   * and then finishes the section.
   */
  public ControlSettings settings(ConfigSection root) {
    InetSocketAddress listen = listen(root);
    Security security = security(root, listen);
    Path state = stateDirectory(root);
    Store store = store(root);
    return new ControlSettings(
        replica(root),
        listen,
        advertise(root, listen, store),
        state,
        security,
        new Catalog(store, root.integer("history", 1, 1, 1_000_000)),
        within(root, "connections", ControlSections::connections)
            .orElseGet(
                () -> new Connections(new PeerLimits.Limits(1, 1, 1), 1 << 20, SECOND, SECOND)),
        within(root, "agents", AgentsSettings::parse).orElse(AgentsSettings.DEFAULT),
        within(root, "audit", section -> audit(section, state))
            .orElseGet(() -> new Audit(state.resolve("audit.log"), 1 << 20, 1)),
        root.duration("stop-over", SECOND, Duration.ZERO, HOUR));
  }

  private static <T> Optional<T> within(
      ConfigSection root, String key, Function<ConfigSection, T> reading) {
    return root.section(key).map(reading);
  }

  private String replica(ConfigSection root) {
    String text = root.text("replica").orElse(AUTO);
    String name = text.equals(AUTO) ? host : text;
    if (!PeerAddress.isName(name)) {
      root.problem(
          "replica",
          "is not a replica's name" + (text.equals(AUTO) ? ": this host is called " + host : ""),
          "use letters, digits, dots, hyphens and underscores, such as control-1");
    }
    return name;
  }

  private static InetSocketAddress listen(ConfigSection root) {
    InetSocketAddress fallback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    Matcher place = PLACE.matcher(root.text("listen").orElse(""));
    if (place.matches()) {
      String host = place.group(1) == null ? place.group(2) : place.group(1);
      Optional<InetAddress> address =
          host.equals("localhost") ? Optional.of(fallback.getAddress()) : Addresses.literal(host);
      int port = Integer.parseInt(place.group(3));
      if (address.isPresent() && port <= MOST_PORT) {
        return new InetSocketAddress(address.get(), port);
      }
    }
    root.problem(
        "listen",
        "is no address with a port",
        "write 0.0.0.0:9430, [::]:9430 or an address of this machine's");
    return fallback;
  }

  private String advertise(ConfigSection root, InetSocketAddress listen, Store store) {
    String text = root.text("advertise").orElse(AUTO);
    if (!text.equals(AUTO)) {
      if (PeerAddress.ofAnyPort(text)
          .filter(place -> place.port() != 0 || listen.getPort() == 0)
          .isEmpty()) {
        root.problem(
            "advertise",
            "is no host with a port",
            "write what other replicas reach this one under, such as control-1.example:9430; a"
                + " host's name has letters, digits, hyphens and dots");
      }
      return text;
    }
    if (!listen.getAddress().isAnyLocalAddress()) {
      return Addresses.text(listen.getAddress(), listen.getPort());
    }
    // Of a store that is this replica's alone nobody else reads it.
    if (store instanceof Store.Etcd && !Hosts.connectable(host)) {
      root.problem(
          "advertise",
          "would be this host's name, " + host + ", which other replicas cannot connect to",
          "write a name with letters, digits, hyphens and dots, or an address, such as"
              + " control-1.example:9430");
    }
    return host + ":" + listen.getPort();
  }

  private Path stateDirectory(ConfigSection root) {
    String text = root.text("state-directory").orElse(AUTO);
    return text.equals(AUTO)
        ? stateDirectory.resolve("control")
        : path(root, "state-directory", text).orElse(stateDirectory);
  }

  private static Optional<Path> path(ConfigSection section, String key, String text) {
    try {
      Path path = Path.of(text);
      if (path.isAbsolute()) {
        return Optional.of(path);
      }
      section.problem(key, "is not an absolute path", "write the whole path, from / on");
    } catch (InvalidPathException unusable) {
      section.problem(key, "is no path: " + unusable.getReason(), "write the whole path");
    }
    return Optional.empty();
  }

  private static Security security(ConfigSection root, InetSocketAddress listen) {
    boolean insecure = root.flag("insecure", false);
    Optional<ConfigSection> tls = root.section("tls");
    if (insecure) {
      if (!listen.getAddress().isLoopbackAddress()) {
        root.problem(
            "insecure",
            "would let every machine that reaches "
                + Addresses.text(listen.getAddress(), listen.getPort())
                + " change the catalog",
            "listen on a loopback address such as 127.0.0.1:9430, or use tls");
      }
      return new Security.Insecure();
    }
    if (tls.isEmpty() || !tls.get().has("certificate")) {
      root.problem(
          "tls",
          "names no certificate",
          "write tls { certificate = …, key = …, ca = … }; sallyport control init makes them for a"
              + " trial; or set insecure = true and listen on the loopback");
      return new Security.Insecure();
    }
    return tls(tls.get());
  }

  private static Security tls(ConfigSection section) {
    Optional<TlsFiles> files = TlsFiles.parse(section);
    String domain = section.text("trust-domain").orElse("");
    if (!NAME.matcher(domain).matches()) {
      section.problem(
          "trust-domain", "is no domain", "write one such as sallyport, or fleet.example");
    }
    Optional<Path> tokens =
        section
            .text("tokens")
            .filter(text -> !text.equals("off"))
            .flatMap(text -> path(section, "tokens", text));
    Duration look = section.duration("look", SECOND, SECOND, HOUR);
    section.finish();
    return files
        .<Security>map(read -> new Security.Tls(read, domain, tokens, look))
        .orElseGet(Security.Insecure::new);
  }

  private static Store store(ConfigSection root) {
    Optional<ConfigSection> section = root.section("store");
    if (section.isEmpty()) {
      return new Store.Embedded();
    }
    String type = section.get().text("type").orElse("");
    Optional<ConfigSection> etcd = section.get().section("etcd");
    Store store =
        switch (type) {
          case "embedded" -> new Store.Embedded();
          case "etcd" ->
              etcd.flatMap(EtcdSections::settings)
                  .<Store>map(Store.Etcd::new)
                  .orElseGet(Store.Embedded::new);
          default -> {
            section.get().problem("type", "is no kind of store", "use embedded or etcd");
            yield new Store.Embedded();
          }
        };
    section.get().finish();
    return store;
  }

  private static Connections connections(ConfigSection section) {
    Connections read =
        new Connections(
            new PeerLimits.Limits(
                section.integer("calls-at-once", 1, 1, 100_000),
                section.integer("calls-per-second", 1, 1, 100_000),
                section.integer("calls-burst", 1, 1, 100_000)),
            Math.toIntExact(section.bytes("message-bytes", 1 << 20, 64 << 10, 256 << 20)),
            section.duration("handshake", SECOND, Duration.ofMillis(100), HOUR),
            section.duration("ping", SECOND, SECOND, HOUR));
    section.finish();
    return read;
  }

  private static Audit audit(ConfigSection section, Path state) {
    String text = section.text("file").orElse(AUTO);
    Path inState = state.resolve("audit.log");
    Path file = text.equals(AUTO) ? inState : path(section, "file", text).orElse(inState);
    Path folder = file.getParent();
    if (!text.equals(AUTO) && folder != null && !Files.isDirectory(folder)) {
      section.problem("file", "is in no directory that there is", "create " + folder);
    }
    Audit audit =
        new Audit(
            file,
            section.bytes("bytes", 1 << 20, 64 << 10, 1L << 40),
            section.integer("files", 1, 1, 1000));
    section.finish();
    return audit;
  }
}
