package io.sallyport.control.server;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.control.security.TlsParts;
import io.sallyport.control.store.EtcdSettings;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads how to reach an etcd. Throws for nothing that a user wrote. */
final class EtcdSections {
  private static final int MOST_PORT = 65_535;
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final String REMEDY =
      "write http://HOST:2379, or https://HOST:2379 with tls { … }";

  private EtcdSections() {}

  /** Empty when it cannot be used; the section's problems say why. */
  static Optional<EtcdSettings> settings(ConfigSection section) {
    List<URI> endpoints = endpoints(section);
    String prefix = section.text("prefix").orElse("");
    if (!prefix.endsWith("/")) {
      section.problem("prefix", "does not end with a slash", "write one such as /sallyport/");
    }
    Optional<EtcdSettings.User> user = user(section);
    Optional<EtcdSettings.Tls> tls = section.section("tls").map(EtcdSections::tls);
    Duration timeout = section.duration("timeout", SECOND, Duration.ofMillis(100), MINUTE);
    Duration presence = section.duration("presence", SECOND, SECOND, MINUTE);
    section.finish();
    boolean mixed = endpoints.stream().map(URI::getScheme).distinct().count() > 1;
    if (mixed) {
      section.problem("endpoints", "are with and without TLS", "use https for all of them");
    }
    return endpoints.isEmpty() || mixed
        ? Optional.empty()
        : Optional.of(new EtcdSettings(endpoints, prefix, user, tls, timeout, presence));
  }

  private static List<URI> endpoints(ConfigSection section) {
    List<URI> endpoints = new ArrayList<>();
    List<String> texts = section.texts("endpoints");
    if (texts.isEmpty()) {
      section.problem("endpoints", "names no etcd", REMEDY);
    }
    for (String text : texts) {
      Optional<URI> endpoint = endpoint(text);
      if (endpoint.isEmpty()) {
        section.problem("endpoints", "holds \"" + text + "\", which is no etcd's address", REMEDY);
      }
      endpoint.ifPresent(endpoints::add);
    }
    return endpoints;
  }

  private static Optional<URI> endpoint(String text) {
    try {
      URI uri = new URI(text);
      boolean known = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      boolean bare = uri.getRawPath() == null || uri.getRawPath().isEmpty();
      return known
              && bare
              && uri.getHost() != null
              && uri.getPort() > 0
              && uri.getPort() <= MOST_PORT
          ? Optional.of(uri)
          : Optional.empty();
    } catch (URISyntaxException none) {
      return Optional.empty();
    }
  }

  private static Optional<EtcdSettings.User> user(ConfigSection section) {
    String name = section.text("user").orElse("");
    String file = section.text("password-file").orElse("");
    if (name.isEmpty() != file.isEmpty()) {
      section.problem(
          name.isEmpty() ? "password-file" : "user",
          "stands alone",
          "set user and password-file, or neither");
      return Optional.empty();
    }
    if (name.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new EtcdSettings.User(name, Files.readString(Path.of(file)).strip()));
    } catch (IOException | InvalidPathException unreadable) {
      section.problem(
          "password-file",
          "cannot be read",
          "put the password into a file that this user alone may read");
      return Optional.empty();
    }
  }

  private static EtcdSettings.Tls tls(ConfigSection section) {
    Optional<Path> authorities = file(section, "ca");
    Optional<Path> certificate = file(section, "certificate");
    Optional<Path> key = file(section, "key");
    if (certificate.isPresent() != key.isPresent()) {
      section.problem(
          certificate.isPresent() ? "certificate" : "key",
          "stands alone",
          "set certificate and key, or neither");
    }
    Duration look = section.duration("look", SECOND, SECOND, HOUR);
    section.finish();
    return new EtcdSettings.Tls(
        new TlsParts(
            authorities, certificate.flatMap(c -> key.map(k -> new TlsParts.Identity(c, k)))),
        look);
  }

  private static Optional<Path> file(ConfigSection section, String key) {
    Optional<String> text = section.text(key).filter(written -> !written.isEmpty());
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      Path file = Path.of(text.get());
      if (file.isAbsolute() && Files.isReadable(file)) {
        return Optional.of(file);
      }
    } catch (InvalidPathException none) {
      // Told below, with the other ways in which it is not a file.
    }
    section.problem(
        key, "is no file that can be read", "write the whole path of a file in PEM, from / on");
    return Optional.empty();
  }
}
