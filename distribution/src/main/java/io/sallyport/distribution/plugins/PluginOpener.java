package io.sallyport.distribution.plugins;

import io.sallyport.api.plugin.ApiVersion;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.module.ResolutionException;
import java.lang.module.ResolvedModule;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Collectors;

/**
 * Opens plugins, each in a layer of modules with a class loader of its own. A plugin sees the JDK
 * and our API; every other module it reads must be its own. So two of them may carry two versions
 * of one library, or one that we carry too.
 */
final class PluginOpener {
  private static final String API = "io.sallyport.api";

  private final ModuleLayer ours;
  private final Set<String> shared;
  private final ClassLoader jdk = new JdkOnly();

  /**
   * Makes an opener.
   *
   * @param ours the layer in which our API is
   */
  PluginOpener(ModuleLayer ours) {
    this.ours = ours;
    this.shared =
        ours.modules().stream()
            .map(Module::getName)
            .filter(PluginOpener::isShared)
            .collect(Collectors.toUnmodifiableSet());
  }

  OpenedPlugin open(PluginPlace place) {
    if (place.jars().isEmpty()) {
      return new OpenedPlugin.Refused(place, "holds no jar", "put the plugin's jars into it");
    }
    try {
      Optional<String> said = builtFor(place);
      Optional<ApiVersion> builtFor = said.flatMap(ApiVersion::of);
      if (said.isPresent() && builtFor.isEmpty()) {
        return new OpenedPlugin.Refused(
            place,
            "says " + ApiVersion.ATTRIBUTE + ": " + said.get() + ", which is no version",
            "write one such as " + ApiVersion.CURRENT);
      }
      if (builtFor.isPresent() && !ApiVersion.CURRENT.runs(builtFor.get())) {
        return new OpenedPlugin.Refused(
            place,
            "was built for version "
                + builtFor.get()
                + " of the API, and this is "
                + ApiVersion.CURRENT,
            "get a build of it for " + ApiVersion.CURRENT + ", or another Sallyport");
      }
      return layer(place, builtFor);
    } catch (FindException | IOException unreadable) {
      return new OpenedPlugin.Refused(
          place,
          "cannot be read: " + message(unreadable),
          "check that each file in it that ends in .jar is one");
    } catch (ResolutionException unresolved) {
      return new OpenedPlugin.Refused(
          place,
          "cannot be put together: " + message(unresolved),
          "put what it needs beside it, into one folder");
    } catch (LayerInstantiationException | SecurityException impossible) {
      return new OpenedPlugin.Refused(
          place, "cannot be loaded: " + message(impossible), "tell its author");
    }
  }

  private OpenedPlugin layer(PluginPlace place, Optional<ApiVersion> builtFor) {
    PluginFinder finder = new PluginFinder(place, shared);
    Set<String> roots =
        finder.findAll().stream()
            .map(ModuleReference::descriptor)
            .map(descriptor -> descriptor.name())
            .collect(Collectors.toCollection(TreeSet::new));
    Configuration configuration =
        Configuration.resolve(finder, List.of(ours.configuration()), ModuleFinder.of(), roots);
    Optional<String> foreign =
        configuration.modules().stream()
            .flatMap(module -> module.reads().stream())
            .filter(read -> !read.configuration().equals(configuration))
            .map(ResolvedModule::name)
            .filter(name -> !isShared(name))
            .min(
                Comparator.comparing((String name) -> !isInternal(name))
                    .thenComparing(name -> name));
    if (foreign.isPresent()) {
      boolean internal = isInternal(foreign.get());
      return new OpenedPlugin.Refused(
          place,
          "requires the module "
              + foreign.get()
              + (internal ? ", which is not for plugins" : ", which it does not bring"),
          internal ? "use " + API + " alone" : "put its jar beside the plugin's, into one folder");
    }
    // What is not in the layer shall not be found by accident.
    ModuleLayer.Controller layer =
        ModuleLayer.defineModulesWithOneLoader(configuration, List.of(ours), jdk);
    finder.acquaint(layer);
    return new OpenedPlugin.Loaded(place, layer.layer(), builtFor);
  }

  private static boolean isInternal(String module) {
    return module.startsWith("io.sallyport.");
  }

  private static boolean isShared(String module) {
    return module.equals(API) || JdkOnly.isJdk(module);
  }

  /** What the first manifest says that says anything. */
  private static Optional<String> builtFor(PluginPlace place) throws IOException {
    for (Path jar : place.jars()) {
      try (JarFile file = new JarFile(jar.toFile())) {
        Manifest manifest = file.getManifest();
        String said =
            manifest == null ? null : manifest.getMainAttributes().getValue(ApiVersion.ATTRIBUTE);
        if (said != null) {
          return Optional.of(said);
        }
      }
    }
    return Optional.empty();
  }

  private static String message(Exception fault) {
    Throwable cause = fault.getCause();
    String own = String.valueOf(fault.getMessage());
    return cause == null || own.contains(String.valueOf(cause.getMessage()))
        ? own
        : own + ": " + cause.getMessage();
  }
}
