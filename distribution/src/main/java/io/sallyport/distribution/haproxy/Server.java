package io.sallyport.distribution.haproxy;

import io.sallyport.api.catalog.SendProxy;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
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
  SendProxy sendProxy = SendProxy.NONE;
  Optional<InetAddress> source = Optional.empty();
  boolean closesOnDown;
  boolean closesBackupsOnUp;
  Optional<Duration> interval = Optional.empty();
  Optional<Duration> fastInterval = Optional.empty();
  Optional<Duration> downInterval = Optional.empty();
  Optional<Duration> slowStart = Optional.empty();
  OptionalInt rise = OptionalInt.empty();
  OptionalInt fall = OptionalInt.empty();
  OptionalInt checkPort = OptionalInt.empty();
  TlsWords tls = TlsWords.OFF;

  /** Whether what is said of TLS is said of a check. */
  boolean checksTls;

  /** Whether an agent is spoken of at all. */
  boolean hasAgent;

  boolean agent;
  OptionalInt agentPort = OptionalInt.empty();
  Optional<String> agentSend = Optional.empty();

  Server(int line, String name, String host, String port) {
    this.line = line;
    this.name = name;
    this.host = host;
    this.port = port;
  }

  /**
   * The check by its agent, if it has one.
   *
   * @param otherwise whether it is checked in another way that asks more than a connect
   */
  Optional<CheckDraft> agent(Notes notes, boolean otherwise) {
    if (!agent || agentPort.isEmpty()) {
      return Optional.empty();
    }
    if (otherwise) {
      notes.notCarried(
          line, "agent-check of server " + name + ": it is checked in another way already");
      return Optional.empty();
    }
    notes.changed(
        line,
        "agent-check of server "
            + name
            + ": the agent is asked as often as the server is checked, and its down counts like a"
            + " failed check");
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("agent-port", agentPort.getAsInt());
    agentSend.ifPresent(text -> keys.put("send", text));
    return Optional.of(new CheckDraft("agent", keys, line, OptionalInt.empty()));
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
