package io.sallyport.distribution.haproxy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** Reads what a backend leads to: its servers, how they are checked, how sessions spread. */
final class PoolReader {
  private static final Set<String> OWN_LINES = Set.of("server", "server-template");

  private final ServerReader servers;
  private final Balances balances;
  private final Notes notes;
  private final Map<Section, Pool> pools = new HashMap<>();

  PoolReader(LineSplitter splitter, Balances balances, Notes notes) {
    this.servers = new ServerReader(splitter, notes);
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
    for (Line line : backend.section().lines()) {
      if (OWN_LINES.contains(line.keyword())) {
        servers.read(line, backend.defaultServers()).ifPresent(found::add);
      }
    }
    Pool pool = new Pool(found, checkPort(backend), balances.read(backend), notes);
    pool.tellOfBackups(backend.setting("option allbackups").isPresent());
    pools.put(backend.section(), pool);
    return pool;
  }

  /** A bare connect is what our check does; whatever else a rule asks is told. */
  private OptionalInt checkPort(Proxy backend) {
    OptionalInt port = OptionalInt.empty();
    for (Line rule : backend.checkRules()) {
      if (rule.word(1).equals("comment")) {
        continue;
      }
      if (!rule.word(1).equals("connect")) {
        notes.notCarried(rule.number(), rule.text() + ": endpoints are checked by connecting only");
        continue;
      }
      List<String> words = rule.from(2);
      for (int at = 0; at < words.size(); at++) {
        String word = words.get(at);
        boolean value = at + 1 < words.size();
        if (word.equals("port") && value && port.isEmpty()) {
          port = BindReader.port(words.get(at + 1));
          at++;
        } else if (word.equals("comment") && value) {
          at++;
        } else if (!word.equals("default") && !word.equals("linger")) {
          notes.notCarried(rule.number(), rule.text());
          break;
        }
      }
    }
    return port;
  }
}
