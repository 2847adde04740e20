package io.sallyport.distribution.control;

import com.typesafe.config.ConfigObject;
import io.sallyport.api.config.Problem;
import io.sallyport.api.config.Problems;
import io.sallyport.control.server.ControlSections;
import io.sallyport.control.server.ControlSettings;
import io.sallyport.distribution.hocon.HoconSection;
import io.sallyport.distribution.log.LogFormat;
import io.sallyport.distribution.log.LogLevel;
import io.sallyport.distribution.log.LogSettings;
import io.sallyport.distribution.log.SessionLog;
import io.sallyport.distribution.node.NodeSettingsReader.Setting;
import io.sallyport.distribution.node.SettingsLayers;
import io.sallyport.distribution.node.SettingsSections;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads a control plane's settings from three layers: what {@code control-reference.conf} says, the
 * settings file, and the command line. All problems are found at once.
 *
 * <p>No method throws for what a user wrote. Any thread.
 *
 * @since 0.1
 */
public final class ControlSettingsReader {
  private static final LogSettings NO_LOG =
      new LogSettings(LogFormat.KEY_VALUES, LogLevel.INFO, SessionLog.OFF, 16);

  private final SettingsLayers layers =
      new SettingsLayers("control-reference.conf", "sallyport.control");
  private final ControlSections sections;

  /**
   * Makes a reader.
   *
   * @param stateDirectory the directory of Sallyport's state on this machine
   * @param host this machine's name
   */
  public ControlSettingsReader(Path stateDirectory, String host) {
    sections = new ControlSections(stateDirectory, host);
  }

  /**
   * All settings of the process.
   *
   * @param control those of the control plane itself
   * @param admin where the admin port listens; empty: nowhere
   * @param log the log
   */
  public record ProcessSettings(
      ControlSettings control, Optional<InetSocketAddress> admin, LogSettings log) {}

  /** What came of reading. */
  public sealed interface Result {
    /** They may be used; what the author should know all the same. */
    record Read(ProcessSettings settings, List<Problem> warnings) implements Result {}

    /** They may not; all that is wrong. */
    record Refused(List<Problem> problems) implements Result {}
  }

  /**
   * Reads; blocks while it does.
   *
   * @param settings {@code key=value} from the command line, a later one over an earlier one
   */
  public Result read(Path file, List<Setting> settings) {
    Problems problems = new Problems();
    ConfigObject merged = layers.merged(Optional.of(file), settings, problems);
    if (problems.refuse()) {
      return new Result.Refused(SettingsLayers.told(problems));
    }
    HoconSection root = new HoconSection(merged, "", problems);
    ProcessSettings read =
        new ProcessSettings(
            sections.settings(root),
            root.within("admin").flatMap(SettingsSections::admin),
            root.within("log").map(ControlSettingsReader::log).orElse(NO_LOG));
    root.finish();
    return problems.refuse()
        ? new Result.Refused(SettingsLayers.told(problems))
        : new Result.Read(read, SettingsLayers.told(problems));
  }

  private static LogSettings log(HoconSection section) {
    LogSettings log =
        new LogSettings(
            section.choice("format", LogFormat.KEY_VALUES),
            section.choice("level", LogLevel.INFO),
            SessionLog.OFF,
            section.integer("queue", 16, 16, 1_000_000));
    section.finish();
    return log;
  }
}
