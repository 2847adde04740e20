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
 * the JDK and our API, and once it is loaded the jars beside it. The module system would make it an
 * automatic module, which reads everything that there is: our own modules and our libraries too, in
 * our versions.
 */
final class PluginFinder implements ModuleFinder {
  private final Map<String, ModuleReference> modules = new HashMap<>();
  private final Set<String> undeclared = new TreeSet<>();

  /**
   * Makes a finder.
   *
   * @param shared the modules of ours that a plugin may read
   * @throws java.lang.module.FindException when a jar is none, or declares itself wrongly
   */
  PluginFinder(PluginPlace place, Set<String> shared) {
    Set<ModuleReference> found = ModuleFinder.of(place.jars().toArray(Path[]::new)).findAll();
    Set<String> services = new TreeSet<>();
    for (ModuleReference reference : found) {
      reference.descriptor().provides().forEach(provides -> services.add(provides.service()));
    }
    for (ModuleReference reference : found) {
      ModuleDescriptor descriptor = reference.descriptor();
      if (descriptor.isAutomatic()) {
        undeclared.add(descriptor.name());
      }
      modules.put(
          descriptor.name(),
          descriptor.isAutomatic() ? declared(reference, shared, services) : reference);
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

  /** Lets what declares nothing read what is beside it; declared, that would be a cycle. */
  void acquaint(ModuleLayer.Controller layer) {
    for (Module module : layer.layer().modules()) {
      if (undeclared.contains(module.getName())) {
        layer.layer().modules().forEach(beside -> layer.addReads(module, beside));
      }
    }
  }

  private static ModuleReference declared(
      ModuleReference automatic, Set<String> readable, Set<String> services) {
    ModuleDescriptor bare = automatic.descriptor();
    ModuleDescriptor.Builder builder = ModuleDescriptor.newOpenModule(bare.name());
    bare.version().ifPresent(builder::version);
    builder.packages(bare.packages());
    bare.packages().forEach(builder::exports);
    services.forEach(builder::uses);
    readable.forEach(builder::requires);
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
