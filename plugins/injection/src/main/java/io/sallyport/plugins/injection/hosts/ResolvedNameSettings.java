package io.sallyport.plugins.injection.hosts;

import io.sallyport.api.catalog.HostName;
import io.sallyport.api.config.ConfigSection;
import io.sallyport.plugins.injection.dns.ServerAddresses;
import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The settings of the injector {@code resolved-name}.
 *
 * @param names what is kept in the hosts file ({@code names})
 * @param domain what is appended to a name to ask for it ({@code domain}; {@code off} for nothing);
 *     the name with it is kept as well
 * @param servers whom to ask ({@code servers})
 * @param path the hosts file ({@code path}), absolute
 * @param interval how often they are asked ({@code interval})
 * @param timeout how long one of them may take ({@code timeout})
 * @param forgetAfter how long the servers must say that there is no such name before its line goes
 *     ({@code forget-after})
 * @param watchInterval how often the file is looked at for foreign changes ({@code
 *     watch-interval}); zero switches watching off
 * @param repairsPerMinute how often within a minute foreign changes are undone at most ({@code
 *     repairs-per-minute})
 * @since 0.1
 */
public record ResolvedNameSettings(
    List<HostName> names,
    Optional<HostName> domain,
    List<InetSocketAddress> servers,
    Path path,
    Duration interval,
    Duration timeout,
    Duration forgetAfter,
    Duration watchInterval,
    int repairsPerMinute) {
  private static final HostName DOMAIN = new HostName("cluster.local");
  private static final Duration INTERVAL = Duration.ofSeconds(60);
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final Duration FORGET_AFTER = Duration.ofMinutes(15);
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(4);
  private static final int MOST_NAMES = 32;
  private static final int MOST_REPAIRS = 600;

  /** Copies the lists. */
  public ResolvedNameSettings {
    names = List.copyOf(names);
    servers = List.copyOf(servers);
  }

  static ResolvedNameSettings parse(ConfigSection section) {
    HostsFileSettings file = HostsFileSettings.DEFAULTS;
    ResolvedNameSettings settings =
        new ResolvedNameSettings(
            names(section),
            domain(section),
            ServerAddresses.of(section, "servers"),
            path(section).orElse(file.path()),
            section.duration("interval", INTERVAL, Duration.ofSeconds(1), LONGEST),
            section.duration("timeout", TIMEOUT, Duration.ofMillis(50), LONGEST_TIMEOUT),
            section.duration("forget-after", FORGET_AFTER, Duration.ZERO, LONGEST),
            section.duration(
                "watch-interval", file.watchInterval(), Duration.ZERO, Duration.ofHours(1)),
            section.integer("repairs-per-minute", file.repairsPerMinute(), 1, MOST_REPAIRS));
    if (settings.names.isEmpty()) {
      section.problem(
          "names",
          "holds no name",
          "write those that the node needs, such as"
              + " [\"image-registry.openshift-image-registry.svc\"]");
    }
    if (settings.servers.isEmpty()) {
      section.problem(
          "servers",
          "holds no name server",
          "write the cluster's, such as [\"172.21.0.10\"] (oc get service dns-default -n"
              + " openshift-dns)");
    }
    return settings;
  }

  /** What the servers are asked for. */
  HostName question(HostName name) {
    return domain.map(suffix -> new HostName(name + "." + suffix)).orElse(name);
  }

  private static List<HostName> names(ConfigSection section) {
    List<HostName> names = new ArrayList<>();
    for (String text : section.texts("names")) {
      Optional<String> complaint = complaint(text);
      if (complaint.isPresent()) {
        section.problem(
            "names", "holds \"" + text + "\", which " + complaint.get(), "mend or remove it");
      } else if (!names.contains(new HostName(text))) {
        names.add(new HostName(text));
      }
    }
    if (names.size() > MOST_NAMES) {
      section.problem(
          "names", "holds more than " + MOST_NAMES + " names", "keep those that the node needs");
    }
    return names;
  }

  private static Optional<String> complaint(String text) {
    return HostName.complaint(text)
        .or(() ->
            new HostName(text).text().equals("localhost")
                ? Optional.of("would take over localhost")
                : Optional.empty());
  }

  private static Optional<HostName> domain(ConfigSection section) {
    Optional<String> text = section.text("domain");
    if (text.isEmpty()) {
      return Optional.of(DOMAIN);
    }
    if (text.get().equals("off")) {
      return Optional.empty();
    }
    Optional<String> complaint = HostName.complaint(text.get());
    if (complaint.isPresent()) {
      section.problem("domain", complaint.get(), "write one such as cluster.local, or off");
      return Optional.of(DOMAIN);
    }
    return Optional.of(new HostName(text.get()));
  }

  private static Optional<Path> path(ConfigSection section) {
    Optional<String> text = section.text("path");
    try {
      Optional<Path> path = text.map(Path::of).filter(Path::isAbsolute);
      if (text.isEmpty() || path.isPresent()) {
        return path;
      }
    } catch (InvalidPathException invalid) {
      // Told below, as any other text that is no path.
    }
    section.problem("path", "is not an absolute path", "start it with a slash, such as /etc/hosts");
    return Optional.empty();
  }
}
