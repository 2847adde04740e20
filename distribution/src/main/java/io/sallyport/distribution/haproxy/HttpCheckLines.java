package io.sallyport.distribution.haproxy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Makes the keys of an {@code http} check of {@code option httpchk} and its rules. */
final class HttpCheckLines {
  private static final int LEAST_STATUS = 100;
  private static final int MOST_STATUS = 599;
  private static final int LONGEST_PATTERN = 200;

  private final Notes notes;
  private final Map<String, Object> keys = new LinkedHashMap<>();
  private final List<String> headers = new ArrayList<>();
  private TlsWords tls;
  private OptionalInt port = OptionalInt.empty();
  private boolean statusSaid;
  private boolean bodySaid;
  private boolean sent;

  HttpCheckLines(TlsWords tls, Notes notes) {
    this.tls = tls;
    this.notes = notes;
    keys.put("method", "OPTIONS");
  }

  /** Reads all of them; what is not understood is told and left out. */
  CheckDraft read(Line option, List<Line> rules) {
    option(option);
    for (Line rule : rules) {
      boolean understood =
          switch (rule.word(1)) {
            case "send" -> send(new Words(rule.from(2)));
            case "expect" -> expect(rule.from(2));
            case "connect" -> connect(new Words(rule.from(2)));
            case "comment" -> true;
            default -> false;
          };
      if (!understood) {
        notes.notCarried(rule.number(), rule.text());
      }
    }
    if (bodySaid && !statusSaid) {
      // HAProxy looks at the status by itself only where nothing else is expected.
      keys.put("status", List.of(LEAST_STATUS + "-" + MOST_STATUS));
    }
    if (!headers.isEmpty()) {
      keys.put("headers", List.copyOf(headers));
    }
    if (tls.on()) {
      keys.put("tls", tls.keys());
    }
    return new CheckDraft(tls.on() ? "https" : "http", keys, option.number(), port);
  }

  private void option(Line option) {
    List<String> words = option.from(2);
    if (words.size() == 1) {
      keys.put("path", words.getFirst());
    } else if (words.size() > 1) {
      keys.put("method", words.get(0));
      keys.put("path", words.get(1));
      // Before http-check send, headers were smuggled in behind the version.
      String rest = String.join(" ", words.subList(2, words.size()));
      for (String header : rest.split("\r\n|\\\\r\\\\n", -1)) {
        int colon = header.indexOf(':');
        if (colon > 0) {
          header(header.substring(0, colon), header.substring(colon + 1).strip());
        }
      }
    }
  }

  private void header(String name, String value) {
    if (name.equalsIgnoreCase("host")) {
      keys.put("host", value);
    } else if (!name.equalsIgnoreCase("connection")) {
      headers.add(name + ": " + value);
    }
  }

  private boolean send(Words words) {
    if (sent) {
      return false;
    }
    sent = true;
    while (words.more()) {
      switch (words.next()) {
        case "meth" -> keys.put("method", words.next());
        case "uri" -> keys.put("path", words.next());
        case "ver", "comment" -> words.next();
        case "hdr" -> header(words.next(), words.next());
        case "body" -> keys.put("request-body", words.next());
        default -> {
          return false;
        }
      }
    }
    return true;
  }

  private boolean connect(Words words) {
    while (words.more()) {
      String word = words.next();
      switch (word) {
        case "default", "linger" -> {}
        case "comment" -> words.next();
        case "ssl" -> tls = tls.with("ssl", "");
        case "sni", "alpn" -> tls = tls.with(word, words.next());
        case "port" -> {
          port = BindReader.port(words.next());
          if (port.isEmpty()) {
            return false;
          }
        }
        default -> {
          return false;
        }
      }
    }
    return true;
  }

  private boolean expect(List<String> line) {
    Optional<ExpectWords> words = ExpectWords.of(line);
    if (words.isEmpty()) {
      return false;
    }
    boolean wanted = words.get().wanted();
    String pattern = words.get().pattern();
    return switch (words.get().kind()) {
      case "status" -> status(wanted, listed(pattern));
      case "rstatus" -> status(wanted, matched(pattern));
      case "string" -> body(wanted ? "body" : "unwanted-body", pattern);
      case "rstring" -> body(wanted ? "body-regex" : "unwanted-body-regex", pattern);
      default -> false;
    };
  }

  private boolean body(String key, String pattern) {
    bodySaid = true;
    return keys.putIfAbsent(key, pattern) == null;
  }

  private boolean status(boolean wanted, Optional<IntPredicate> good) {
    if (good.isEmpty() || statusSaid) {
      return false;
    }
    IntPredicate counts = wanted ? good.get() : good.get().negate();
    List<String> ranges = new ArrayList<>();
    int first = -1;
    for (int status = LEAST_STATUS; status <= MOST_STATUS + 1; status++) {
      boolean within = status <= MOST_STATUS && counts.test(status);
      if (within && first < 0) {
        first = status;
      } else if (!within && first >= 0) {
        ranges.add(first == status - 1 ? String.valueOf(first) : first + "-" + (status - 1));
        first = -1;
      }
    }
    if (ranges.isEmpty()) {
      return false;
    }
    statusSaid = true;
    keys.put("status", ranges);
    return true;
  }

  private static Optional<IntPredicate> listed(String pattern) {
    IntPredicate any = status -> false;
    for (String part : pattern.split(",", -1)) {
      if (!part.matches("[1-5]\\d\\d(-[1-5]\\d\\d)?")) {
        return Optional.empty();
      }
      int least = Integer.parseInt(part.substring(0, 3));
      int most = part.length() > 3 ? Integer.parseInt(part.substring(4)) : least;
      any = any.or(status -> status >= least && status <= most);
    }
    return Optional.of(any);
  }

  /** A status has three digits, so no expression takes long for it. */
  private static Optional<IntPredicate> matched(String pattern) {
    if (pattern.length() > LONGEST_PATTERN) {
      return Optional.empty();
    }
    try {
      Pattern regex = Pattern.compile(pattern);
      return Optional.of(status -> regex.matcher(String.valueOf(status)).find());
    } catch (PatternSyntaxException wrong) {
      return Optional.empty();
    }
  }
}
