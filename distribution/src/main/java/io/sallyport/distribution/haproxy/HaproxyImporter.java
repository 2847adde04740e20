package io.sallyport.distribution.haproxy;

import io.sallyport.api.config.Origin;
import io.sallyport.api.config.Problem;
import io.sallyport.api.config.Severity;
import io.sallyport.distribution.catalog.PortDefaults;
import io.sallyport.distribution.hocon.TextFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Makes a catalog from an HAProxy configuration and, for the public names, a hosts file. What
 * cannot be carried over is told with its line; no line is lost silently.
 *
 * <p>Frontends and listens on one address become one service, each of their ports one of its ports.
 * No method throws for what a file holds. Any thread; blocks while it reads.
 *
 * @since 0.1
 */
public final class HaproxyImporter {
  /** Ten thousand services are 150,000 lines; what is much longer would not fit into memory. */
  private static final int MOST_LINES = 200_000;

  private static final int MOST_LENGTH = 8 << 20;

  private final PortDefaults defaults;
  private final Function<String, Optional<String>> environment;

  /**
   * Makes an importer.
   *
   * @param defaults what holds where HAProxy's configuration says nothing
   * @param environment looks up the variables that a configuration may use
   */
  public HaproxyImporter(PortDefaults defaults, Function<String, Optional<String>> environment) {
    this.defaults = defaults;
    this.environment = environment;
  }

  /** Reads a configuration and, where there is one, a hosts file. */
  public ImportResult read(Path file, Optional<Path> hosts) {
    String hostsText = "";
    if (hosts.isPresent()) {
      switch (TextFile.lenient(hosts.get())) {
        case TextFile.Unreadable unreadable -> {
          return refused(hosts.get(), unreadable);
        }
        case TextFile.Text(String text) -> hostsText = text;
      }
    }
    String hostsName = hosts.map(Path::toString).orElse("");
    return switch (TextFile.lenient(file)) {
      case TextFile.Unreadable unreadable -> refused(file, unreadable);
      case TextFile.Text(String text) -> read(file.toString(), text, hostsName, hostsText);
    };
  }

  /**
   * Reads texts.
   *
   * @param source what notes call the configuration
   * @param hostsSource what notes call the hosts file
   * @param hosts its text; empty where there is none
   */
  public ImportResult read(String source, String text, String hostsSource, String hosts) {
    if (text.length() > MOST_LENGTH || text.lines().skip(MOST_LINES).findAny().isPresent()) {
      return refused(
          Path.of(source),
          new TextFile.Unreadable(
              0,
              "is longer than " + MOST_LINES + " lines or 8 MiB",
              "check that it is an HAProxy configuration, and import it in parts if it is"));
    }
    Notes notes = new Notes(source);
    LineSplitter splitter = new LineSplitter(environment, notes);
    List<Section> sections = new SectionReader(notes).sections(splitter.lines(text));
    List<Proxy> proxies = new Proxies(notes).inTcpMode(sections);
    HostsLines names = new HostsLines(hostsSource, hosts, notes);
    return new ServiceMaker(defaults, splitter, names, notes).make(proxies);
  }

  private static ImportResult refused(Path file, TextFile.Unreadable why) {
    Problem problem =
        new Problem(
            Severity.ERROR,
            new Origin(file.toString(), why.line()),
            "",
            "",
            why.message(),
            why.remedy());
    return new ImportResult.Refused(List.of(problem), List.of());
  }
}
