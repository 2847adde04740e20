package io.sallyport.control.agent;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.control.security.TlsFiles;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How an agent finds its control plane, and what it takes from it.
 *
 * @param name the control plane's, so that a catalog kept of another one is not served; empty: the
 *     trust domain of the agent's certificate
 * @param addresses of the replicas, at least one
 * @param tls the agent's certificate; empty for plaintext, which is for loopback addresses only
 * @param serverName the name that the control plane's certificate must have; empty: the address'
 * @param reconnectLeast the bound of the first pause between attempts, doubled with each failure
 * @param reconnectMost the largest bound
 * @param connectTimeout how long a control plane may take to answer
 * @param keepalive how long a silent connection is trusted
 * @param keepaliveTimeout how long the answer to a ping may take
 * @param maxMessage how large a message may be, in bytes
 * @param maxSnapshot how large a snapshot may be, in bytes
 * @param removalGuard what becomes of large removals
 * @param reportInterval how often the agent looks whether there is something to report
 * @since 0.1
 */
public record ControlSettings(
    String name,
    List<ControlAddress> addresses,
    Optional<TlsFiles> tls,
    String serverName,
    Duration reconnectLeast,
    Duration reconnectMost,
    Duration connectTimeout,
    Duration keepalive,
    Duration keepaliveTimeout,
    long maxMessage,
    long maxSnapshot,
    RemovalGuard removalGuard,
    Duration reportInterval) {
  private static final Duration MOST = Duration.ofHours(1);
  private static final long MIB = 1L << 20;

  /** Copies the list. */
  public ControlSettings {
    addresses = List.copyOf(addresses);
  }

  static ControlSettings parse(ConfigSection section) {
    List<ControlAddress> addresses = addresses(section);
    boolean insecure = section.flag("insecure", false);
    Optional<ConfigSection> tls = section.section("tls");
    String serverName = tls.flatMap(files -> files.text("server-name")).orElse("");
    Optional<TlsFiles> files = tls.flatMap(TlsFiles::parse);
    tls.ifPresent(ConfigSection::finish);
    if (insecure && tls.isPresent()) {
      section.problem("insecure", "contradicts tls", "leave one of them out");
    } else if (insecure) {
      addresses.stream()
          .filter(address -> !address.literal().map(InetAddress::isLoopbackAddress).orElse(false))
          .forEach(address ->
              section.problem(
                  "insecure",
                  "sends everything in plain text to " + address.text(),
                  "use tls { … }; plain text is for loopback addresses such as 127.0.0.1 only"));
    } else if (tls.isEmpty()) {
      section.problem(
          "",
          "says nothing of tls",
          "add tls { certificate = …, key = …, ca = … }, or insecure = true for a trial on"
              + " loopback addresses");
    }
    Optional<ConfigSection> reconnect = section.section("reconnect");
    Duration least = duration(reconnect, "least", Duration.ofMillis(500), Duration.ofMillis(1));
    Duration most = duration(reconnect, "most", Duration.ofSeconds(30), Duration.ofMillis(1));
    reconnect.ifPresent(pauses -> {
      if (least.compareTo(most) > 0) {
        pauses.problem("least", "is longer than most", "make it the shorter one");
      }
      pauses.finish();
    });
    ControlSettings settings =
        new ControlSettings(
            section.text("name").orElse(""),
            addresses,
            files,
            serverName,
            least,
            most,
            section.duration(
                "connect-timeout", Duration.ofSeconds(10), Duration.ofMillis(100), MOST),
            section.duration("keepalive", Duration.ofSeconds(30), Duration.ofSeconds(10), MOST),
            section.duration(
                "keepalive-timeout", Duration.ofSeconds(10), Duration.ofMillis(100), MOST),
            section.bytes("max-message", 16 * MIB, MIB, 256 * MIB),
            section.bytes("max-snapshot", 64 * MIB, MIB, 1024 * MIB),
            guard(section),
            section.duration(
                "report-interval", Duration.ofSeconds(10), Duration.ofMillis(100), MOST));
    section.finish();
    return settings;
  }

  private static List<ControlAddress> addresses(ConfigSection section) {
    List<ControlAddress> addresses = new ArrayList<>();
    List<String> texts = section.texts("addresses");
    for (String text : texts) {
      ControlAddress.parse(text)
          .ifPresentOrElse(
              addresses::add,
              () ->
                  section.problem(
                      "addresses",
                      "holds \"" + text + "\", which is no address with a port",
                      "write control.example.com:9430, 10.0.0.4:9430 or [fd00::4]:9430; a host's"
                          + " name has letters, digits, hyphens and dots"));
    }
    if (texts.isEmpty()) {
      section.problem(
          "", "has no addresses", "add addresses = [\"control.example.com:9430\"], one or more");
    }
    return addresses;
  }

  private static RemovalGuard guard(ConfigSection section) {
    Optional<ConfigSection> guard = section.section("removal-guard");
    RemovalGuard read =
        new RemovalGuard(
            guard
                .map(said -> said.choice("policy", RemovalGuard.Policy.REFUSE))
                .orElse(RemovalGuard.Policy.REFUSE),
            guard.map(said -> said.integer("max-percent", 50, 0, 100)).orElse(50),
            guard.map(said -> said.integer("max-count", 3, 0, 1_000_000)).orElse(3));
    guard.ifPresent(ConfigSection::finish);
    return read;
  }

  private static Duration duration(
      Optional<ConfigSection> section, String key, Duration fallback, Duration least) {
    return section.map(said -> said.duration(key, fallback, least, MOST)).orElse(fallback);
  }
}
