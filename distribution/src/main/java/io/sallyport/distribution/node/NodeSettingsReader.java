package io.sallyport.distribution.node;

import com.typesafe.config.ConfigObject;
import io.sallyport.api.config.Problems;
import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.distribution.hocon.HoconSection;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a node's settings from three layers: what {@code reference.conf} says, the settings file,
 * and the command line. All problems are found at once.
 *
 * <p>No method throws for what a user wrote. Any thread.
 *
 * @since 0.1
 */
public final class NodeSettingsReader {
  private static final String REFERENCE = "reference.conf";
  private static final String PATH = "sallyport.node";

  private final SettingsLayers layers = new SettingsLayers(REFERENCE, PATH);
  private final Map<String, HostInjectorFactory<?>> injectors;
  private final SourceSections sources;
  private final Surroundings surroundings;

  /**
   * Makes a reader for a node that follows a catalog's file.
   *
   * @param injectors the host injectors that may be configured, by their type
   */
  public NodeSettingsReader(
      Map<String, HostInjectorFactory<?>> injectors, Surroundings surroundings) {
    this(injectors, SourceSections.NONE, surroundings);
  }

  /**
   * Makes a reader.
   *
   * @param injectors the host injectors that may be configured, by their type
   * @param sources reads where the catalog comes from
   */
  public NodeSettingsReader(
      Map<String, HostInjectorFactory<?>> injectors,
      SourceSections sources,
      Surroundings surroundings) {
    this.injectors = Map.copyOf(injectors);
    this.sources = sources;
    this.surroundings = surroundings;
  }

  /**
   * Reads; blocks while it does.
   *
   * @param named the settings file where the user named one; otherwise the installation's is read,
   *     if it exists
   * @param settings {@code key=value} from the command line, a later one over an earlier one
   */
  public SettingsResult read(Optional<Path> named, List<Setting> settings) {
    Problems problems = new Problems();
    ConfigObject root = merged(named, settings, problems);
    if (problems.refuse()) {
      return new SettingsResult.Refused(SettingsLayers.told(problems));
    }
    NodeSettings read =
        new SettingsSections(injectors, sources, surroundings)
            .settings(new HoconSection(root, "", problems));
    return problems.refuse()
        ? new SettingsResult.Refused(SettingsLayers.told(problems))
        : new SettingsResult.Read(read, SettingsLayers.told(problems));
  }

  /**
   * Where the admin port listens, for commands that only want to ask there; empty when it is off.
   * Reads nothing else, so that they start fast.
   */
  public Optional<InetSocketAddress> admin(Optional<Path> named, Problems problems) {
    ConfigObject root = merged(named, List.of(), problems);
    return new HoconSection(root, "", problems).within("admin").flatMap(SettingsSections::admin);
  }

  /**
   * The hosts file that names are published in, for commands that only want to look at it; empty
   * when the settings do not say. Reads nothing else.
   */
  public Optional<Path> hostsFile(Optional<Path> named, Problems problems) {
    ConfigObject root = merged(named, List.of(), problems);
    return new HoconSection(root, "", problems)
        .within("injectors")
        .flatMap(injectors -> injectors.within("hosts-file"))
        .flatMap(NodeSettingsReader::path);
  }

  private static Optional<Path> path(HoconSection section) {
    try {
      return section.text("path").map(Path::of);
    } catch (InvalidPathException unusable) {
      section.problem("path", "is no path: " + unusable.getReason(), "write one, or leave it out");
      return Optional.empty();
    }
  }

  private ConfigObject merged(Optional<Path> named, List<Setting> settings, Problems problems) {
    return layers.merged(
        named.or(() -> surroundings.settingsFile().filter(Files::exists)), settings, problems);
  }

  /**
   * A setting from the command line.
   *
   * @param option what the user wrote, for problems: {@code --set event-loops=2}
   * @param key the setting
   * @param value HOCON, or else just a text
   */
  public record Setting(String option, String key, String value) {
    /** What {@code --set key=value} means; empty when it lacks the equals sign. */
    public static Optional<Setting> of(String written) {
      int equals = written.indexOf('=');
      return equals < 1
          ? Optional.empty()
          : Optional.of(
              new Setting(
                  "--set " + written,
                  written.substring(0, equals).strip(),
                  written.substring(equals + 1).strip()));
    }
  }
}
