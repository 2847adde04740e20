package io.sallyport.distribution.plugins;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Provides;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds a plugin's modules. A jar without a module's declaration becomes an open module that reads
 * the JDK, our API and the jars beside it. The module system would make it an automatic module,
 * which reads everything that there is: our own modules and our libraries too, in our versions.
 */
final class PluginFinder implements ModuleFinder {
  private final Map<String, ModuleReference> modules = new HashMap<>();

  /**
   * Makes a finder.
   *
   * @param shared the modules of ours that a plugin may read
   * @throws java.lang.module.FindException when a jar is none, or declares itself wrongly
   */
  PluginFinder(PluginPlace place, Set<String> shared) {
    Set<ModuleReference> found = ModuleFinder.of(place.jars().toArray(Path[]::new)).findAll();
    Set<String> readable = new TreeSet<>(shared);
    Set<String> services = new TreeSet<>();
    for (ModuleReference reference : found) {
      readable.add(reference.descriptor().name());
      reference.descriptor().provides().forEach(provides -> services.add(provides.service()));
    }
    for (ModuleReference reference : found) {
      ModuleDescriptor descriptor = reference.descriptor();
      modules.put(
          descriptor.name(),
          descriptor.isAutomatic() ? declared(reference, readable, services) : reference);
    }
  }

  @Override
  public Optional<ModuleReference> find(String name) {
    return Optional.ofNullable(modules.get(name));
  }

  @Override
  public Set<ModuleReference> findAll() {
    return Set.copyOf(modules.values());
  }

  private static ModuleReference declared(
      ModuleReference automatic, Set<String> readable, Set<String> services) {
    ModuleDescriptor bare = automatic.descriptor();
    ModuleDescriptor.Builder builder = ModuleDescriptor.newOpenModule(bare.name());
    bare.version().ifPresent(builder::version);
    builder.packages(bare.packages());
    bare.packages().forEach(builder::exports);
    services.forEach(builder::uses);
    for (String name : readable) {
      if (!name.equals(bare.name())) {
        builder.requires(name);
      }
    }
    for (Provides provides : bare.provides()) {
      builder.provides(provides.service(), List.copyOf(provides.providers()));
    }
    return new Reference(builder.build(), automatic);
  }

  /** The same content under another declaration. */
  private static final class Reference extends ModuleReference {
    private final ModuleReference content;

    Reference(ModuleDescriptor descriptor, ModuleReference content) {
      super(descriptor, content.location().orElse(null));
      this.content = content;
    }

    @Override
    public ModuleReader open() throws IOException {
      return content.open();
    }
  }
}
