package io.sallyport.distribution.haproxy;

import io.sallyport.distribution.catalog.PortDefaults;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads what a backend leads to: its servers, how they are checked, how sessions spread. */
final class PoolReader {
  private static final Set<String> OWN_LINES = Set.of("server", "server-template");

  private final ServerReader servers;
  private final CheckReader checks;
  private final Balances balances;
  private final Notes notes;
  private final Map<Section, Pool> pools = new HashMap<>();

  PoolReader(PortDefaults defaults, LineSplitter splitter, Balances balances, Notes notes) {
    this.servers = new ServerReader(splitter, notes);
    this.checks = new CheckReader(defaults, notes);
    this.balances = balances;
    this.notes = notes;
  }

  /** The pool of a backend, the same one each time. */
  Pool read(Proxy backend) {
    Pool known = pools.get(backend.section());
    if (known != null) {
      return known;
    }
    List<Server> found = new ArrayList<>();
    Optional<InetAddress> source = source(backend);
    for (Line line : backend.section().lines()) {
      if (OWN_LINES.contains(line.keyword())) {
        servers.read(line, backend.defaultServers(), source).ifPresent(found::add);
      }
    }
    CheckReader.Reading check = checks.read(backend, found);
    Optional<Duration> reading = readTime(backend, check.strategy().isPresent());
    Pool pool = new Pool(found, check, reading, balances.read(backend), notes);
    pool.tellOfLimits();
    pool.tellOfBackups(backend.setting("option allbackups").isPresent());
    pools.put(backend.section(), pool);
    return pool;
  }

  private Optional<InetAddress> source(Proxy backend) {
    Optional<Line> line = backend.setting("source");
    if (line.isEmpty()) {
      return Optional.empty();
    }
    List<String> words = line.get().from(1);
    SourceWords source = SourceWords.of(words);
    if (!source.carried() || words.size() > 1) {
      notes.notCarried(line.get().number(), line.get().text());
      return Optional.empty();
    }
    return source.address();
  }

  /** HAProxy's time for reading, beside the one for connecting. */
  private Optional<Duration> readTime(Proxy backend, boolean converses) {
    Optional<Line> line = backend.setting("timeout check");
    Optional<Duration> time = line.flatMap(said -> HaproxyTime.parse(said.word(2)));
    if (line.isPresent() && !converses) {
      notes.information(
          line.get().number(),
          line.get().text()
              + ": a connect check has nothing to read: the whole probe has one timeout");
      return Optional.empty();
    }
    if (line.isPresent() && time.isEmpty()) {
      notes.notCarried(line.get().number(), line.get().text() + ": is no time");
    }
    return time.filter(Duration::isPositive);
  }
}
