package io.sallyport.distribution.node;

import io.sallyport.api.catalog.Locality;
import io.sallyport.api.catalog.NodeIdentity;
import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.api.injection.InjectionPhase;
import io.sallyport.api.plugin.Strategy;
import io.sallyport.distribution.hocon.HoconSection;
import io.sallyport.distribution.hocon.NearestKey;
import io.sallyport.distribution.log.LogFormat;
import io.sallyport.distribution.log.LogLevel;
import io.sallyport.distribution.log.LogSettings;
import io.sallyport.distribution.log.SessionLog;
import io.sallyport.engine.DataPathSettings;
import io.sallyport.engine.EngineSettings;
import io.sallyport.engine.ExternalCommands;
import io.sallyport.engine.OnExit;
import io.sallyport.engine.TransportChoice;
import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Turns the merged layers into settings. Every key is there, since {@code reference.conf} is the
 * lowest layer; so the fallbacks below are what a wrong value leaves, and never take effect.
 *
 * @since 0.1
 */
public final class SettingsSections {
  private static final Duration MOST = Duration.ofDays(1);
  private static final Duration MOST_POLLING = Duration.ofMillis(100);
  private static final int DNS = 53;
  private static final Pattern PLACE = Pattern.compile("[A-Za-z0-9._:-]{1,256}");

  private final Map<String, HostInjectorFactory<?>> injectors;
  private final SourceSections sources;
  private final Surroundings surroundings;

  SettingsSections(
      Map<String, HostInjectorFactory<?>> injectors,
      SourceSections sources,
      Surroundings surroundings) {
    this.injectors = injectors;
    this.sources = sources;
    this.surroundings = surroundings;
  }

  NodeSettings settings(HoconSection root) {
    NodeIdentity identity =
        root.within("node").map(SettingsSections::identity).orElse(NodeIdentity.UNKNOWN);
    EngineSettings engine =
        new EngineSettings(
            new DataPathSettings(
                root.choice("transport", TransportChoice.AUTO),
                root.integer("event-loops", 0, 0, 1024),
                root.integer("max-pipes", 0, 0, 1_000_000),
                root.duration("busy-poll", Duration.ZERO, Duration.ZERO, MOST_POLLING),
                root.flag("batch-scheduling", false)),
            root.integer("max-sessions", 0, 0, Integer.MAX_VALUE),
            root.within("resolver").map(SettingsSections::nameServers).orElse(List.of()),
            root.within("injectors").map(this::injectors).orElse(List.of()),
            root.duration("injection-interval", MOST, Duration.ofSeconds(1), MOST),
            root.integer("probes-at-once", 1, 1, 100_000),
            root.choice("external-commands", ExternalCommands.REFUSE),
            root.duration("stop-drain", MOST, Duration.ZERO, MOST),
            root.choice("on-exit", OnExit.KEEP),
            stateDirectory(root),
            identity.locality());
    NodeSettings settings =
        new NodeSettings(
            root.within("admin").flatMap(SettingsSections::admin),
            identity,
            engine,
            root.duration("catalog-poll", MOST, Duration.ofMillis(100), MOST),
            root.within("log").map(SettingsSections::log).orElse(NO_LOG),
            sources.source(root));
    root.finish();
    return settings;
  }

  private static final LogSettings NO_LOG =
      new LogSettings(LogFormat.KEY_VALUES, LogLevel.INFO, SessionLog.FAILED, 1);

  private static LogSettings log(HoconSection section) {
    LogSettings log =
        new LogSettings(
            section.choice("format", LogFormat.KEY_VALUES),
            section.choice("level", LogLevel.INFO),
            section.choice("sessions", SessionLog.FAILED),
            section.integer("queue", 1, 16, 1_000_000));
    section.finish();
    return log;
  }

  private static NodeIdentity identity(HoconSection section) {
    NodeIdentity identity =
        new NodeIdentity(
            place(section, "name"),
            new Locality(place(section, "region"), place(section, "zone")),
            section.within("labels").map(SettingsSections::labels).orElse(Map.of()));
    section.finish();
    return identity;
  }

  private static Map<String, String> labels(HoconSection section) {
    Map<String, String> labels = new LinkedHashMap<>();
    section.keys().forEach(key -> labels.put(key, place(section, key)));
    section.finish();
    return labels;
  }

  private static String place(HoconSection section, String key) {
    String text = section.text(key).orElse("");
    if (!text.isEmpty() && !PLACE.matcher(text).matches()) {
      section.problem(
          key,
          "is not a " + key,
          "use letters, digits, dots, colons, hyphens and underscores, as the catalog's endpoints"
              + " have it");
    }
    return text;
  }

  /** Where an admin port listens; empty when it is off. */
  public static Optional<InetSocketAddress> admin(HoconSection section) {
    boolean remote = section.flag("remote", false);
    String text = section.text("address").orElse("off");
    Optional<InetSocketAddress> address = Optional.empty();
    if (!text.equals("off")) {
      address = SocketAddresses.parse(text);
      if (address.isEmpty()) {
        section.problem(
            "address",
            "is neither an address with a port nor off",
            "write 127.0.0.1:9420, [::1]:9420 or off");
      } else if (!remote && !address.get().getAddress().isLoopbackAddress()) {
        section.problem(
            "address",
            "can be reached from other machines",
            "use a loopback address such as 127.0.0.1:9420, or allow it with admin.remote = true");
      }
    }
    section.finish();
    return address;
  }

  private static List<InetSocketAddress> nameServers(HoconSection section) {
    List<InetSocketAddress> servers = new ArrayList<>();
    for (String text : section.texts("servers")) {
      Optional<InetSocketAddress> server =
          SocketAddresses.parse(text, DNS).filter(address -> address.getPort() > 0);
      server.ifPresentOrElse(
          servers::add,
          () ->
              section.problem(
                  "servers",
                  "holds \"" + text + "\", which is no name server's address",
                  "write an address such as 10.0.0.10, 10.0.0.10:53 or [fd00::10]:53"));
    }
    section.finish();
    return servers;
  }

  private List<Strategy> injectors(HoconSection section) {
    List<Strategy> enabled = new ArrayList<>();
    for (String type : section.keys()) {
      HostInjectorFactory<?> factory = injectors.get(type);
      if (factory == null) {
        section.problem(type, "is no known host injector", suggestion(type));
        section.has(type);
        continue;
      }
      section
          .within(type)
          .ifPresent(own -> {
            boolean wanted = own.flag("enabled", true);
            Optional<Strategy> strategy = parsed(factory, own);
            if (wanted) {
              strategy.ifPresent(enabled::add);
            }
          });
    }
    enabled.sort(Comparator.comparing(this::phase));
    return enabled;
  }

  /** A fault in a plugin is a problem of its section, not the end of the reading. */
  private static Optional<Strategy> parsed(HostInjectorFactory<?> factory, HoconSection own) {
    try {
      Strategy strategy = new Strategy(factory.type(), factory.parse(own));
      own.finish();
      return Optional.of(strategy);
    } catch (RuntimeException | LinkageError | AssertionError fault) {
      String message = "the host injector " + factory.type() + " failed to read this: " + fault;
      own.problem("", message, "tell its author");
      return Optional.empty();
    }
  }

  /** Addresses come before names; within a phase the order of the file stays. */
  private InjectionPhase phase(Strategy strategy) {
    HostInjectorFactory<?> factory = injectors.get(strategy.type());
    return factory == null ? InjectionPhase.NAME : factory.phase();
  }

  private String suggestion(String type) {
    return NearestKey.of(type, injectors.keySet())
        .map(near -> "did you mean \"" + near + "\"?")
        .orElse(
            injectors.isEmpty()
                ? "no host injector is installed"
                : "known here: " + String.join(", ", new TreeSet<>(injectors.keySet())));
  }

  private Path stateDirectory(HoconSection root) {
    String text = root.text("state-directory").orElse("auto");
    if (text.equals("auto")) {
      return surroundings.stateDirectory();
    }
    try {
      Path path = Path.of(text);
      if (!path.isAbsolute()) {
        root.problem(
            "state-directory",
            "is not an absolute path",
            "write the whole path, such as /var/lib/sallyport, or auto");
      }
      return path;
    } catch (InvalidPathException unusable) {
      root.problem(
          "state-directory", "is no path: " + unusable.getReason(), "write a path, or auto");
      return surroundings.stateDirectory();
    }
  }
}
