package io.sallyport.distribution.node;

import com.typesafe.config.ConfigObject;
import io.sallyport.api.config.Origin;
import io.sallyport.api.config.Problem;
import io.sallyport.api.config.Problems;
import io.sallyport.distribution.hocon.HoconDocument;
import io.sallyport.distribution.hocon.HoconReader;
import io.sallyport.distribution.json.JsonText;
import io.sallyport.distribution.node.NodeSettingsReader.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Settings in three layers: what a resource of this module says, a file, and the command line.
 *
 * <p>No method throws for what a user wrote. Any thread.
 *
 * @since 0.1
 */
public final class SettingsLayers {
  private static final String COMMAND_LINE = "--";

  private final HoconReader hocon = new HoconReader(path -> false);
  private final String resource;
  private final String path;

  /**
   * Makes layers.
   *
   * @param resource the lowest one, a resource in this module's root
   * @param path the object in it that is meant
   */
  public SettingsLayers(String resource, String path) {
    this.resource = resource;
    this.path = path;
  }

  /**
   * Reads and merges; blocks while it does.
   *
   * @param settings a later one over an earlier one
   */
  public ConfigObject merged(Optional<Path> file, List<Setting> settings, Problems problems) {
    ConfigObject root = reference();
    if (file.isPresent()) {
      root = over(hocon.read(file.get()), root, problems);
    }
    for (Setting setting : settings) {
      root = over(document(setting), root, problems);
    }
    return root;
  }

  /** The problems as they are told: the command line has no lines. */
  public static List<Problem> told(Problems problems) {
    List<Problem> told = new ArrayList<>();
    for (Problem problem : problems.all()) {
      String source = problem.origin().source();
      told.add(source.startsWith(COMMAND_LINE) ? problem.at(new Origin(source, 0)) : problem);
    }
    return told;
  }

  private static ConfigObject over(HoconDocument document, ConfigObject below, Problems problems) {
    return switch (document) {
      case HoconDocument.Parsed parsed -> {
        problems.addAll(parsed.warnings());
        yield parsed.root().withFallback(below);
      }
      case HoconDocument.Refused refused -> {
        problems.addAll(refused.problems());
        yield below;
      }
    };
  }

  /** What is no HOCON, such as an address with a colon, is a text that lacks its quotes. */
  private HoconDocument document(Setting setting) {
    HoconDocument asWritten = hocon.read(setting.option(), setting.key() + " = " + setting.value());
    if (asWritten instanceof HoconDocument.Parsed && !setting.value().isEmpty()) {
      return asWritten;
    }
    StringBuilder quoted = new StringBuilder(setting.key()).append(" = ");
    JsonText.quoted(quoted, setting.value());
    return hocon.read(setting.option(), quoted.toString());
  }

  private ConfigObject reference() {
    try (InputStream in = SettingsLayers.class.getResourceAsStream("/" + resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is not in this module");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return switch (hocon.read(resource, text)) {
        case HoconDocument.Parsed parsed -> parsed.root().toConfig().getObject(path);
        case HoconDocument.Refused refused ->
            throw new IllegalStateException(resource + " is broken: " + refused.problems());
      };
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
