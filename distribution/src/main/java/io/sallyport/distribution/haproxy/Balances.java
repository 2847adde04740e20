package io.sallyport.distribution.haproxy;

import io.sallyport.api.plugin.Strategy;
import io.sallyport.distribution.catalog.PortDefaults;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says which balancer does what a backend's {@code balance} and {@code hash-…} lines ask. */
final class Balances {
  private static final Pattern RANDOM = Pattern.compile("random(?:\\((\\d{1,9})\\))?");
  private static final String SOURCE_HASH = "source-hash";
  private static final int DRAWS = 2;
  private static final int WHOLE = 100;
  private static final int MOST_FACTOR = 10_000;

  private final PortDefaults defaults;
  private final Notes notes;

  Balances(PortDefaults defaults, Notes notes) {
    this.defaults = defaults;
    this.notes = notes;
  }

  /** The balancer of a backend. */
  Strategy read(Proxy backend) {
    Optional<Line> balance = backend.setting("balance");
    String algorithm = balance.map(line -> line.word(1)).orElse("");
    Strategy chosen =
        balance.map(line -> chosen(line, algorithm, backend)).orElseGet(() -> unsaid(backend));
    if (!algorithm.equals("source")) {
      backend.setting("hash-type").ifPresent(this::needless);
      backend.setting("hash-balance-factor").ifPresent(this::needless);
    }
    return chosen;
  }

  private void needless(Line line) {
    notes.information(line.number(), line.text() + ": the balancer uses no hash");
  }

  private Strategy unsaid(Proxy backend) {
    notes.information(
        backend.section().line(),
        backend.section().title()
            + " says no balance, so HAProxy's default counts (roundrobin, from 3.3 on random);"
            + " here it is "
            + defaults.balancer().type());
    return defaults.balancer();
  }

  private Strategy chosen(Line line, String algorithm, Proxy backend) {
    Matcher random = RANDOM.matcher(algorithm);
    if (random.matches()) {
      return random(line, random.group(1));
    }
    return switch (algorithm) {
      case "roundrobin" -> supplied(line, "round-robin", Map.of());
      case "static-rr" -> {
        notes.information(line.number(), line.text() + ": is round-robin here");
        yield supplied(line, "round-robin", Map.of());
      }
      case "leastconn" -> supplied(line, "least-connections", Map.of());
      case "first" -> supplied(line, "first", Map.of());
      case "source" -> source(line, backend);
      default -> {
        notes.changed(
            line.number(),
            line.text() + ": not available, sessions spread by " + defaults.balancer().type());
        yield defaults.balancer();
      }
    };
  }

  private Strategy random(Line line, String draws) {
    OptionalInt count = draws == null ? OptionalInt.of(DRAWS) : BindReader.count(draws);
    if (count.orElse(0) != DRAWS) {
      notes.changed(line.number(), line.text() + ": here it is always two that are drawn");
    }
    return supplied(line, "random-two-choices", Map.of());
  }

  private Strategy source(Line line, Proxy backend) {
    Optional<Line> type = backend.setting("hash-type");
    if (type.filter(said -> said.word(1).equals("consistent")).isEmpty()) {
      notes.information(
          line.number(),
          line.text()
              + ": the hash is consistent here, so that hardly any clients move when a server comes"
              + " or goes");
    }
    type.ifPresent(said ->
        notes.information(
            said.number(),
            said.text() + ": clients go to other endpoints than with HAProxy's hash"));
    Optional<Line> factor = backend.setting("hash-balance-factor");
    int percent = factor.map(this::percent).orElse(0);
    return supplied(line, SOURCE_HASH, percent == 0 ? Map.of() : Map.of("load-factor", percent));
  }

  private int percent(Line factor) {
    OptionalInt percent = BindReader.count(factor.word(1));
    if (percent.isEmpty()
        || percent.getAsInt() > MOST_FACTOR
        || (percent.getAsInt() != 0 && percent.getAsInt() <= WHOLE)) {
      notes.notCarried(factor.number(), factor.text());
      return 0;
    }
    return percent.getAsInt();
  }

  private Strategy supplied(Line line, String type, Map<String, ?> keys) {
    return defaults
        .balancer(type, keys)
        .orElseGet(() -> {
          notes.changed(
              line.number(),
              line.text()
                  + ": the balancer "
                  + type
                  + " is not installed, sessions spread by "
                  + defaults.balancer().type());
          return defaults.balancer();
        });
  }
}
