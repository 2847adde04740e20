package io.sallyport.distribution.plugins;

import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.health.HealthCheckFactory;
import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.api.plugin.ApiVersion;
import io.sallyport.api.plugin.StrategyFactory;
import io.sallyport.engine.Strategies;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The strategies that the installed plugins supply: ours, and those in the {@code plugins} folder
 * of the installation. What is wrong with one of the latter is told, and it is done without.
 *
 * @since 0.1
 */
public final class InstalledPlugins {
  /** Names the installation; set by the launcher. */
  private static final String HOME = "sallyport.home";

  private static final Duration LONGEST_LOADING = Duration.ofSeconds(10);
  private static final int MOST_PROVIDERS = 1_000;
  private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

  private final Map<String, BalancerFactory<?>> balancers = new LinkedHashMap<>();
  private final Map<String, HealthCheckFactory<?>> checks = new LinkedHashMap<>();
  private final Map<String, HostInjectorFactory<?>> injectors = new LinkedHashMap<>();
  private final Map<StrategyFactory<?>, String> origins = new LinkedHashMap<>();
  private final List<InstalledPlugin> listed = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private InstalledPlugins() {}

  /**
   * Finds them all. Blocks while it reads jars; a plugin that does not return is given up.
   *
   * @throws PluginException when two of ours supply the same type, or one cannot be loaded, which
   *     is a fault of the installation
   */
  public static InstalledPlugins load() {
    InstalledPlugins all = new InstalledPlugins();
    all.addOurs(
        ServiceLoader.load(BalancerFactory.class).stream(),
        ServiceLoader.load(HealthCheckFactory.class).stream(),
        ServiceLoader.load(HostInjectorFactory.class).stream());
    Optional.ofNullable(System.getProperty(HOME))
        .map(home -> Path.of(home, "plugins"))
        .ifPresent(all::addTheirs);
    return all;
  }

  /** Strategies that the caller supplies, as if they were ours. */
  public static InstalledPlugins of(Strategies strategies) {
    InstalledPlugins all = new InstalledPlugins();
    Adding ours = all.new Adding(InstalledPlugin.BUILT_IN, "");
    strategies.balancers().forEach((type, factory) -> ours.add(Kind.BALANCER, type, factory));
    strategies
        .healthChecks()
        .forEach((type, factory) -> ours.add(Kind.HEALTH_CHECK, type, factory));
    strategies
        .hostInjectors()
        .forEach((type, factory) -> ours.add(Kind.HOST_INJECTOR, type, factory));
    return all;
  }

  /** Ours alone, from where the caller says. */
  @SuppressWarnings("rawtypes")
  static InstalledPlugins of(
      Stream<ServiceLoader.Provider<BalancerFactory>> balancers,
      Stream<ServiceLoader.Provider<HealthCheckFactory>> checks,
      Stream<ServiceLoader.Provider<HostInjectorFactory>> injectors) {
    InstalledPlugins all = new InstalledPlugins();
    all.addOurs(balancers, checks, injectors);
    return all;
  }

  /** Those that may be chosen, by their types. */
  public Strategies strategies() {
    return new Strategies(balancers, checks, injectors);
  }

  /** Every plugin, also those that are not in use; asks each for its keys. */
  public List<InstalledPlugin> all() {
    return listed.stream().map(this::withKeys).toList();
  }

  /** What is wrong with plugins, one sentence each, and how to mend it. */
  public List<String> faults() {
    return listed.stream()
        .filter(plugin -> !plugin.inUse())
        .map(plugin -> "plugin " + plugin.origin() + " " + plugin.state())
        .toList();
  }

  /** What is not wrong, and should be known all the same; one sentence each. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  @SuppressWarnings("rawtypes")
  private void addOurs(
      Stream<ServiceLoader.Provider<BalancerFactory>> balancerProviders,
      Stream<ServiceLoader.Provider<HealthCheckFactory>> checkProviders,
      Stream<ServiceLoader.Provider<HostInjectorFactory>> injectorProviders) {
    Adding ours = new Adding(InstalledPlugin.BUILT_IN, "");
    ours.all(Kind.BALANCER, balancerProviders);
    ours.all(Kind.HEALTH_CHECK, checkProviders);
    ours.all(Kind.HOST_INJECTOR, injectorProviders);
    if (!faults().isEmpty()) {
      throw new PluginException(
          String.join(
              "\n",
              listed.stream()
                  .filter(plugin -> !plugin.inUse())
                  .map(InstalledPlugin::state)
                  .toList()));
    }
  }

  private void addTheirs(Path folder) {
    List<PluginPlace> places;
    try {
      places = PluginPlace.all(folder);
    } catch (IOException unreadable) {
      refuse(folder.toString(), "", "", "", "", "cannot be listed: " + unreadable);
      return;
    }
    if (places.isEmpty()) {
      return;
    }
    ModuleLayer ours = InstalledPlugins.class.getModule().getLayer();
    if (ours == null) {
      refuse(folder.toString(), "", "", "", "", "needs Sallyport to run as modules");
      return;
    }
    PluginOpener opener = new PluginOpener(ours);
    places.forEach(place -> add(opener, place));
  }

  /** On a thread of its own: what a plugin does while it is loaded is anybody's guess. */
  private void add(PluginOpener opener, PluginPlace place) {
    String origin = place.path().toString();
    CompletableFuture<List<Runnable>> loading = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("sallyport-plugin")
        .daemon()
        .start(() -> {
          try {
            loading.complete(loaded(opener, place));
          } catch (Throwable fault) {
            loading.completeExceptionally(fault);
          }
        });
    try {
      loading.get(LONGEST_LOADING.toSeconds(), TimeUnit.SECONDS).forEach(Runnable::run);
    } catch (TimeoutException endless) {
      String reason =
          "does not come back from being loaded; tell its author what its constructors and type()"
              + " wait for";
      refuse(origin, "", "", "", "", reason);
    } catch (ExecutionException fault) {
      refuse(origin, "", "", "", "", "failed while it was loaded: " + fault.getCause());
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
      refuse(origin, "", "", "", "", "was not loaded: interrupted");
    }
  }

  /** Runs the plugin's own code; what comes of it is added by the caller, later and in order. */
  private List<Runnable> loaded(PluginOpener opener, PluginPlace place) {
    String origin = place.path().toString();
    return switch (opener.open(place)) {
      case OpenedPlugin.Refused(PluginPlace where, String reason, String remedy) ->
          List.of(() -> refuse(origin, "", "", "", "", reason + "; " + remedy));
      case OpenedPlugin.Loaded(
              PluginPlace where,
              ModuleLayer layer,
              Optional<ApiVersion> builtFor) -> {
        Adding adding = new Adding(origin, builtFor.map(ApiVersion::toString).orElse(""));
        adding.prepare(Kind.BALANCER, its(layer, ServiceLoader.load(layer, BalancerFactory.class)));
        adding.prepare(
            Kind.HEALTH_CHECK, its(layer, ServiceLoader.load(layer, HealthCheckFactory.class)));
        adding.prepare(
            Kind.HOST_INJECTOR, its(layer, ServiceLoader.load(layer, HostInjectorFactory.class)));
        if (adding.prepared.isEmpty()) {
          adding.prepared.add(() ->
              refuse(
                  origin,
                  "",
                  "",
                  "",
                  adding.api,
                  "provides no strategy; declare its factories by provides … with in"
                      + " module-info, or in META-INF/services"));
        } else if (builtFor.isEmpty()) {
          adding.prepared.add(() ->
              warnings.add(
                  "plugin "
                      + origin
                      + " does not say for which API it was built; put "
                      + ApiVersion.ATTRIBUTE
                      + ": "
                      + ApiVersion.CURRENT
                      + " into its manifest"));
        }
        yield adding.prepared;
      }
    };
  }

  /** A layer's own providers; those of the layers below it are found as well. */
  private static <F> Stream<ServiceLoader.Provider<F>> its(
      ModuleLayer layer, ServiceLoader<F> loader) {
    Predicate<ServiceLoader.Provider<F>> own =
        provider -> layer.equals(provider.type().getModule().getLayer());
    return loader.stream().filter(own);
  }

  private void refuse(
      String origin, String kind, String type, String version, String api, String reason) {
    listed.add(new InstalledPlugin(kind, type, origin, version, api, reason, List.of()));
  }

  private InstalledPlugin withKeys(InstalledPlugin plugin) {
    if (!plugin.inUse()) {
      return plugin;
    }
    StrategyFactory<?> factory = Kind.of(plugin.kind()).in(this).get(plugin.type());
    KeyRecorder recorder = new KeyRecorder();
    try {
      if (factory != null) {
        factory.parse(recorder);
      }
    } catch (RuntimeException | LinkageError | AssertionError fault) {
      // What it asked for until then is known.
    }
    return new InstalledPlugin(
        plugin.kind(),
        plugin.type(),
        plugin.origin(),
        plugin.version(),
        plugin.api(),
        plugin.state(),
        recorder.recorded());
  }

  /** The three kinds of strategies. */
  private enum Kind {
    BALANCER("balancer"),
    HEALTH_CHECK("health check"),
    HOST_INJECTOR("host injector");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    static Kind of(String words) {
      for (Kind kind : values()) {
        if (kind.words.equals(words)) {
          return kind;
        }
      }
      throw new IllegalArgumentException("no kind " + words);
    }

    Map<String, ? extends StrategyFactory<?>> in(InstalledPlugins plugins) {
      return switch (this) {
        case BALANCER -> plugins.balancers;
        case HEALTH_CHECK -> plugins.checks;
        case HOST_INJECTOR -> plugins.injectors;
      };
    }

    void put(InstalledPlugins plugins, String type, StrategyFactory<?> factory) {
      switch (this) {
        case BALANCER -> plugins.balancers.put(type, (BalancerFactory<?>) factory);
        case HEALTH_CHECK -> plugins.checks.put(type, (HealthCheckFactory<?>) factory);
        case HOST_INJECTOR -> plugins.injectors.put(type, (HostInjectorFactory<?>) factory);
      }
    }
  }

  /** Adds the factories of one origin. */
  private final class Adding {
    private final String origin;
    private final String api;
    private final List<Runnable> prepared = new ArrayList<>();

    Adding(String origin, String api) {
      this.origin = origin;
      this.api = api;
    }

    <F> void all(Kind kind, Stream<ServiceLoader.Provider<F>> providers) {
      prepare(kind, providers);
      prepared.forEach(Runnable::run);
      prepared.clear();
    }

    /** Makes the factories and asks for their types, which is their code's. */
    <F> void prepare(Kind kind, Stream<ServiceLoader.Provider<F>> providers) {
      var each = providers.iterator();
      for (int i = 0; i < MOST_PROVIDERS; i++) {
        try {
          if (!each.hasNext()) {
            return;
          }
          StrategyFactory<?> factory = (StrategyFactory<?>) each.next().get();
          String type = factory.type();
          prepared.add(() -> add(kind, type, factory));
        } catch (ServiceConfigurationError
            | RuntimeException
            | LinkageError
            | AssertionError fault) {
          String reason =
              "has a "
                  + kind.words
                  + " that cannot be loaded: "
                  + message(fault)
                  + "; tell its author";
          prepared.add(() -> refuse(origin, kind.words, "", "", api, reason));
        }
      }
    }

    private void add(Kind kind, String type, StrategyFactory<?> factory) {
      String version =
          Optional.ofNullable(factory.getClass().getModule().getDescriptor())
              .flatMap(descriptor -> descriptor.rawVersion())
              .orElse("");
      StrategyFactory<?> other = kind.in(InstalledPlugins.this).get(type);
      if (!TYPE.matcher(type).matches()) {
        refuse(
            origin,
            kind.words,
            type,
            version,
            api,
            "supplies the "
                + kind.words
                + " \""
                + type
                + "\", which is no type; it must be in kebab-case, such as round-robin");
        return;
      }
      if (other != null) {
        refuse(
            origin,
            kind.words,
            type,
            version,
            api,
            "supplies the "
                + kind.words
                + " \""
                + type
                + "\", which "
                + origins.getOrDefault(other, InstalledPlugin.BUILT_IN)
                + " does already ("
                + other.getClass().getName()
                + "); remove one of them");
        return;
      }
      kind.put(InstalledPlugins.this, type, factory);
      origins.put(factory, origin);
      listed.add(
          new InstalledPlugin(
              kind.words, type, origin, version, api, InstalledPlugin.IN_USE, List.of()));
    }

    private static String message(Throwable fault) {
      Throwable cause = fault.getCause();
      String own =
          fault instanceof ServiceConfigurationError
              ? String.valueOf(fault.getMessage())
              : fault.toString();
      return cause == null ? own : own + ": " + cause;
    }
  }

  /** The installation's own plugins cannot be used together. */
  public static final class PluginException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PluginException(String message) {
      super(message);
    }
  }
}
