package io.sallyport.distribution.haproxy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Makes the steps of a {@code script} of {@code tcp-check} rules. A script with a step missing
 * would mean something else, so one rule that is not understood leaves nothing but the connect.
 */
final class TcpCheckLines {
  private final TlsWords tls;
  private final Notes notes;
  private final List<Map<String, Object>> steps = new ArrayList<>();
  private OptionalInt port = OptionalInt.empty();
  private boolean plain = true;

  /**
   * Makes a reader.
   *
   * @param tls what the servers say of it, for a connect that says nothing itself
   */
  TcpCheckLines(TlsWords tls, Notes notes) {
    this.tls = tls;
    this.notes = notes;
  }

  /** The check, which is {@code tcp} where all that is asked for is one connection. */
  CheckDraft read(List<Line> rules, int line) {
    boolean lost = false;
    for (Line rule : rules) {
      boolean understood =
          switch (rule.word(1)) {
            case "connect" -> connect(new Words(rule.from(2)));
            case "send" -> send("send", new Words(rule.from(2)));
            case "send-binary" -> send("send-hex", new Words(rule.from(2)));
            case "expect" -> expect(rule.from(2));
            case "comment" -> true;
            default -> false;
          };
      if (!understood) {
        notes.notCarried(rule.number(), rule.text());
        lost = true;
      }
    }
    if (lost) {
      notes.changed(
          line,
          "a script cannot be carried over in parts: endpoints are checked by connecting only");
    }
    if (lost || (plain && steps.size() <= 1)) {
      return new CheckDraft("tcp", Map.of(), line, port);
    }
    if (tls.on() && !steps.getFirst().containsKey("connect")) {
      steps.addFirst(Map.of("connect", Map.of("tls", tls.keys())));
    }
    return new CheckDraft("script", Map.of("steps", steps), line, OptionalInt.empty());
  }

  private boolean connect(Words words) {
    Map<String, Object> place = new LinkedHashMap<>();
    TlsWords own = TlsWords.OFF;
    String comment = "";
    while (words.more()) {
      String word = words.next();
      switch (word) {
        case "linger" -> {}
        case "default" -> own = tls;
        case "comment" -> comment = words.next();
        // Whom to trust is the server's to say.
        case "ssl" -> own = new TlsWords(true, own.sni(), own.alpn(), tls.verify(), tls.file());
        case "sni", "alpn" -> own = own.with(word, words.next());
        case "port" -> {
          OptionalInt number = BindReader.port(words.next());
          if (number.isEmpty()) {
            return false;
          }
          place.put("port", number.getAsInt());
          port = port.isEmpty() ? number : port;
        }
        default -> {
          return false;
        }
      }
    }
    if (own.on()) {
      place.put("tls", own.keys());
      plain = false;
    }
    steps.add(step("connect", place, comment));
    return true;
  }

  private boolean send(String key, Words words) {
    String said = words.next();
    String comment = words.peek().equals("comment") ? comment(words) : "";
    if (said.isEmpty() || words.more()) {
      return false;
    }
    plain = false;
    steps.add(step(key, said, comment));
    return true;
  }

  private static String comment(Words words) {
    words.next();
    return words.next();
  }

  private boolean expect(List<String> line) {
    Optional<ExpectWords> words = ExpectWords.of(line);
    String kind =
        switch (words.map(ExpectWords::kind).orElse("")) {
          case "string" -> "";
          case "rstring" -> "-regex";
          case "binary" -> "-hex";
          case "rbinary" -> "-hex-regex";
          default -> "?";
        };
    if (words.isEmpty() || kind.equals("?")) {
      return false;
    }
    plain = false;
    ExpectWords said = words.get();
    String key = (said.wanted() ? "expect" : "reject") + kind;
    Map<String, Object> step = step(key, said.pattern(), said.comment());
    said.minReceived().ifPresent(bytes -> step.put("min-bytes", bytes));
    steps.add(step);
    return true;
  }

  private static Map<String, Object> step(String key, Object value, String comment) {
    Map<String, Object> step = new LinkedHashMap<>();
    step.put(key, value);
    if (!comment.isEmpty()) {
      step.put("comment", comment);
    }
    return step;
  }

  /** The steps of checks that HAProxy has by heart. */
  static Optional<CheckDraft> known(Line option) {
    Map<String, Object> end = Map.of("send", "QUIT\r\n");
    List<Map<String, Object>> steps =
        switch (option.word(1)) {
          case "redis-check" ->
              List.of(Map.of("send", "*1\r\n$4\r\nPING\r\n"), Map.of("expect", "+PONG\r\n"));
          case "smtpchk" -> {
            boolean said = option.words().size() > 3;
            String hello = said ? option.word(2).toUpperCase(Locale.ROOT) : "HELO";
            String domain = said ? option.word(3) : "localhost";
            yield List.of(
                Map.of("expect-regex", "^2"),
                Map.of("send", hello + " " + domain + "\r\n"),
                Map.of("expect-regex", "^2"),
                end);
          }
          default -> List.of();
        };
    return steps.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new CheckDraft("script", Map.of("steps", steps), option.number(), OptionalInt.empty()));
  }
}
