package io.sallyport.distribution.haproxy;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** One {@code server} line with what its {@code default-server} lines say, while it is read. */
final class Server {
  final int line;
  final String name;
  final String host;

  /** A port, {@code +N} or {@code -N} from the listener's, or empty for the listener's. */
  final String port;

  int weight = 1;
  int maxSessions;
  boolean backup;
  boolean checked;
  boolean disabled;
  boolean closesOnDown;
  boolean closesBackupsOnUp;
  Optional<Duration> interval = Optional.empty();
  Optional<Duration> fastInterval = Optional.empty();
  Optional<Duration> downInterval = Optional.empty();
  Optional<Duration> slowStart = Optional.empty();
  OptionalInt rise = OptionalInt.empty();
  OptionalInt fall = OptionalInt.empty();
  OptionalInt checkPort = OptionalInt.empty();

  Server(int line, String name, String host, String port) {
    this.line = line;
    this.name = name;
    this.host = host;
    this.port = port;
  }

  /** The port that it has behind a listener; empty when there is none such. */
  OptionalInt portBehind(int listen) {
    if (port.isEmpty()) {
      return OptionalInt.of(listen);
    }
    boolean offset = port.startsWith("+") || port.startsWith("-");
    OptionalInt number = BindReader.port(offset ? port.substring(1) : port);
    if (!offset || number.isEmpty()) {
      return number;
    }
    int there = port.startsWith("+") ? listen + number.getAsInt() : listen - number.getAsInt();
    return BindReader.port(String.valueOf(there));
  }
}
