package org.example.names;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.injection.HostBinding;
import io.sallyport.api.injection.HostInjector;
import io.sallyport.api.injection.HostInjectorContext;
import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.api.injection.InjectionPhase;
import io.sallyport.api.injection.InjectionReport;
import io.sallyport.api.injection.InjectionReport.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code names-list}: a file with a line for each name that the node serves now. */
public final class NamesListFactory implements HostInjectorFactory<NamesListFactory.Settings> {
  /** What the node's settings may say of it. */
  public record Settings(String path) {}

  @Override
  public String type() {
    return "names-list";
  }

  @Override
  public InjectionPhase phase() {
    return InjectionPhase.NAME;
  }

  @Override
  public Class<Settings> settingsType() {
    return Settings.class;
  }

  @Override
  public Settings parse(ConfigSection section) {
    return new Settings(section.requiredText("path", ""));
  }

  @Override
  public HostInjector create(Settings settings, HostInjectorContext context) {
    return new NamesList(Path.of(settings.path()));
  }

  private record NamesList(Path path) implements HostInjector {
    @Override
    public InjectionReport reconcile(Set<HostBinding> desired) {
      List<String> lines = lines(desired);
      Outcome outcome = new Outcome.InPlace();
      int changes = 0;
      try {
        if (!holds(lines)) {
          changes = 1;
          Path draft = path.resolveSibling(path.getFileName() + ".new");
          Files.write(draft, lines);
          Files.move(draft, path, StandardCopyOption.REPLACE_EXISTING);
        }
      } catch (IOException fault) {
        outcome = new Outcome.Refused(fault.toString(), "check that " + path + " can be written");
      }
      Map<HostBinding, Outcome> outcomes = new HashMap<>();
      for (HostBinding binding : desired) {
        outcomes.put(binding, outcome);
      }
      return new InjectionReport(outcomes, changes, "");
    }

    @Override
    public List<String> preview(Set<HostBinding> desired) {
      List<String> lines = lines(desired);
      try {
        return holds(lines) ? List.of() : List.of("write " + lines.size() + " names to " + path);
      } catch (IOException fault) {
        return List.of(path + " cannot be read: " + fault);
      }
    }

    @Override
    public void close() {
      // What is published stays.
    }

    private boolean holds(List<String> lines) throws IOException {
      return Files.exists(path) ? Files.readAllLines(path).equals(lines) : lines.isEmpty();
    }

    private static List<String> lines(Set<HostBinding> desired) {
      return desired.stream()
          .flatMap(binding -> binding.names().stream())
          .map(name -> name.text())
          .sorted()
          .toList();
    }
  }
}
