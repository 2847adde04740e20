package io.sallyport.distribution.haproxy;

import io.sallyport.api.catalog.Timeouts;
import io.sallyport.distribution.hocon.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code timeout} lines of a frontend and its backend into one set of timeouts. */
final class Times {
  private static final Duration SHORTEST_CONNECT = Duration.ofMillis(10);
  private static final Duration LONGEST_CONNECT = Duration.ofHours(1);
  private static final Duration SHORTEST_QUEUE = Duration.ofMillis(10);
  private static final Duration LONGEST_QUEUE = Duration.ofHours(1);
  private static final Duration LONGEST = Duration.ofDays(365);

  private final Notes notes;

  Times(Notes notes) {
    this.notes = notes;
  }

  Timeouts read(Proxy frontend, Proxy backend, Timeouts factory) {
    Optional<Duration> connect =
        time(backend, "connect").map(time -> connect(backend, time, factory.connect()));
    Optional<Duration> tunnel = time(backend, "tunnel");
    Optional<Duration> idle =
        tunnel.isPresent() ? tunnel : longest(time(frontend, "client"), time(backend, "server"));
    if (idle.isEmpty()) {
      notes.information(
          frontend.section().line(),
          "no timeout is said, so HAProxy waits forever; here a silent session ends after "
              + Durations.text(factory.idle()));
    }
    Optional<Duration> halfClosed =
        longest(time(frontend, "client-fin"), time(backend, "server-fin"));
    return new Timeouts(
        connect.orElse(factory.connect()),
        factory.attemptDelay(),
        idle.map(time -> cut(time, LONGEST)).orElse(factory.idle()),
        halfClosed.map(time -> cut(time, LONGEST)).orElse(factory.halfClosed()),
        factory.drain());
  }

  /** How long a session may wait for room; empty where it is as long as connecting may take. */
  Optional<Duration> queue(Proxy backend) {
    return time(backend, "queue")
        .filter(Duration::isPositive)
        .map(time ->
            within(
                time,
                SHORTEST_QUEUE,
                LONGEST_QUEUE,
                "timeout queue",
                backend.setting("timeout queue").orElseThrow(),
                notes));
  }

  /** A time within our bounds; where it was not, that is told. */
  static Duration within(
      Duration time, Duration least, Duration most, String what, Line line, Notes notes) {
    Duration fits = time.compareTo(least) < 0 ? least : cut(time, most);
    if (!fits.equals(time)) {
      notes.changed(
          line.number(),
          what + " " + Durations.text(time) + " is out of bounds: " + Durations.text(fits));
    }
    return fits;
  }

  private Duration connect(Proxy backend, Duration time, Duration factory) {
    Line line = backend.setting("timeout connect").orElseThrow();
    if (time.isZero()) {
      notes.changed(
          line.number(),
          "timeout connect 0 waits forever; here an attempt ends after " + Durations.text(factory));
      return factory;
    }
    return within(time, SHORTEST_CONNECT, LONGEST_CONNECT, "timeout connect", line, notes);
  }

  private Optional<Duration> time(Proxy proxy, String name) {
    Optional<Line> line = proxy.setting("timeout " + name);
    if (line.isEmpty()) {
      return Optional.empty();
    }
    Optional<Duration> time = HaproxyTime.parse(line.get().word(2));
    if (time.isEmpty()) {
      notes.notCarried(line.get().number(), line.get().text() + ": is no time");
    }
    return time;
  }

  /**
   * A zero is no limit in HAProxy; the other side's limit, where there is one, ends the session.
   */
  private static Optional<Duration> longest(Optional<Duration> one, Optional<Duration> other) {
    List<Duration> said = new ArrayList<>();
    one.ifPresent(said::add);
    other.ifPresent(said::add);
    return said.stream().max(Duration::compareTo);
  }

  private static Duration cut(Duration time, Duration most) {
    return time.compareTo(most) > 0 ? most : time;
  }
}
