package io.sallyport.plugins.injection.dns;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.config.ConfigSection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The settings of the injector {@code dns}.
 *
 * @param address where it listens ({@code address})
 * @param port where it listens, over UDP and TCP ({@code port})
 * @param timeToLive for how long our answers hold ({@code ttl})
 * @param upstreams the name servers that are asked all other questions ({@code upstreams}); empty
 *     for those of the next
 * @param resolvConf the file that names them otherwise ({@code resolv-conf}), absolute; followed as
 *     it changes
 * @param timeout how long one name server may take ({@code timeout})
 * @param patience how long all of them may take together ({@code patience})
 * @param questionsAtOnce how many questions may wait for name servers ({@code questions-at-once})
 * @param clients who may ask besides the node's own loopback addresses ({@code clients})
 * @since 0.1
 */
public record DnsSettings(
    InetAddress address,
    int port,
    Duration timeToLive,
    List<InetSocketAddress> upstreams,
    Path resolvConf,
    Duration timeout,
    Duration patience,
    int questionsAtOnce,
    List<Network> clients) {
  /** The one place of the defaults. */
  public static final DnsSettings DEFAULTS =
      new DnsSettings(
          // systemd-resolved has 127.0.0.53 and .54; 127.0.0.1 is everybody's.
          Addresses.literal("127.0.0.153").orElseThrow(),
          ServerAddresses.PORT,
          Duration.ofSeconds(30),
          List.of(),
          Path.of("/etc/resolv.conf"),
          Duration.ofSeconds(1),
          // libc gives a name server five seconds before it goes on to the next.
          Duration.ofMillis(4500),
          512,
          List.of());

  private static final int LARGEST_PORT = 65_535;
  private static final int MOST_QUESTIONS = 16_384;
  private static final Duration SHORTEST = Duration.ofMillis(50);
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final Duration LONGEST_TIME_TO_LIVE = Duration.ofDays(1);

  /** Copies the lists. */
  public DnsSettings {
    upstreams = List.copyOf(upstreams);
    clients = List.copyOf(clients);
  }

  static DnsSettings parse(ConfigSection section) {
    DnsSettings settings =
        new DnsSettings(
            section
                .text("address")
                .flatMap(text -> address(section, text))
                .orElse(DEFAULTS.address),
            section.integer("port", DEFAULTS.port, 1, LARGEST_PORT),
            section.duration("ttl", DEFAULTS.timeToLive, Duration.ZERO, LONGEST_TIME_TO_LIVE),
            ServerAddresses.of(section, "upstreams"),
            section
                .text("resolv-conf")
                .flatMap(text -> file(section, text))
                .orElse(DEFAULTS.resolvConf),
            section.duration("timeout", DEFAULTS.timeout, SHORTEST, LONGEST),
            section.duration("patience", DEFAULTS.patience, SHORTEST, LONGEST),
            section.integer("questions-at-once", DEFAULTS.questionsAtOnce, 1, MOST_QUESTIONS),
            clients(section));
    if (settings.upstreams.contains(settings.listens())) {
      section.problem(
          "upstreams",
          "holds the responder's own address, which would make questions go round in circles",
          "name the servers that it should ask");
    }
    return settings;
  }

  /** Where it listens. */
  InetSocketAddress listens() {
    return new InetSocketAddress(address, port);
  }

  private static Optional<InetAddress> address(ConfigSection section, String text) {
    Optional<InetAddress> address =
        Addresses.literal(text).filter(at -> !at.isAnyLocalAddress() && !at.isMulticastAddress());
    if (address.isEmpty()) {
      section.problem(
          "address",
          "is not an address that a responder can have",
          "write one of the node's own, such as "
              + Addresses.text(DEFAULTS.address)
              + ", which every node has");
    }
    return address;
  }

  private static Optional<Path> file(ConfigSection section, String text) {
    try {
      Path path = Path.of(text);
      if (path.isAbsolute()) {
        return Optional.of(path);
      }
    } catch (InvalidPathException invalid) {
      // Told below, as any other text that is no path.
    }
    section.problem(
        "resolv-conf",
        "is not an absolute path",
        "start it with a slash, such as /run/systemd/resolve/resolv.conf");
    return Optional.empty();
  }

  private static List<Network> clients(ConfigSection section) {
    List<Network> clients = new ArrayList<>();
    for (String text : section.texts("clients")) {
      Network.parse(text)
          .ifPresentOrElse(
              clients::add,
              () ->
                  section.problem(
                      "clients",
                      "holds \"" + text + "\", which is no range of addresses",
                      "write one such as 10.128.0.0/14 or fd00::/8"));
    }
    return clients;
  }
}
