package io.sallyport.distribution.haproxy;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.NetworkPrefix;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code tcp-request connection} and {@code session} rules, with the {@code acl}s that they
 * name, where they come to a list of networks from which clients may come. Rules of one kind are
 * carried over together or not at all.
 */
final class ClientRules {
  /** The lines that it tells of. */
  static final Set<String> LINES = Set.of("acl", "tcp-request");

  private final Notes notes;
  private final Map<String, List<NetworkPrefix>> named = new HashMap<>();
  private final Map<String, List<Line>> namedBy = new HashMap<>();

  /**
   * Where clients may come from; empty lists mean everywhere.
   *
   * @param connection where the connection itself must come from, before any PROXY header
   * @param session where the client must come from, by its PROXY header where there is one
   */
  record Allowed(List<NetworkPrefix> connection, List<NetworkPrefix> session) {}

  private ClientRules(Notes notes) {
    this.notes = notes;
  }

  /** Reads a frontend's rules. */
  static Allowed read(Proxy frontend, Notes notes) {
    return new ClientRules(notes).allowed(frontend);
  }

  private Allowed allowed(Proxy frontend) {
    for (Line acl : frontend.lines("acl")) {
      namedBy.computeIfAbsent(acl.word(1), name -> new ArrayList<>()).add(acl);
      Optional<List<NetworkPrefix>> source = source(acl.from(2));
      if (source.isPresent()) {
        named.computeIfAbsent(acl.word(1), name -> new ArrayList<>()).addAll(source.get());
      }
    }
    // A name that also means something else means nothing here.
    namedBy.forEach((name, lines) -> {
      if (lines.stream().anyMatch(line -> source(line.from(2)).isEmpty())) {
        named.remove(name);
      }
    });
    Allowed allowed = new Allowed(list(frontend, "connection"), list(frontend, "session"));
    for (Line other : frontend.lines("tcp-request")) {
      if (!Set.of("connection", "session").contains(other.word(1))) {
        notes.notCarried(other.number(), other.text());
      }
    }
    namedBy
        .values()
        .forEach(lines -> lines.forEach(line -> notes.notCarried(line.number(), line.text())));
    return allowed;
  }

  private List<NetworkPrefix> list(Proxy frontend, String kind) {
    List<Line> rules =
        frontend.lines("tcp-request").stream().filter(line -> line.word(1).equals(kind)).toList();
    if (rules.isEmpty()) {
      return List.of();
    }
    Optional<List<NetworkPrefix>> list = list(rules);
    if (list.isEmpty()) {
      rules.forEach(rule ->
          notes.notCarried(
              rule.number(), rule.text() + ": comes to no list of networks that may connect"));
      return List.of();
    }
    for (Line rule : rules) {
      rule.words().stream()
          .map(word -> word.startsWith("!") ? word.substring(1) : word)
          .forEach(namedBy::remove);
    }
    return list.get();
  }

  /** Some accept, and the last one rejects everybody else. */
  private Optional<List<NetworkPrefix>> list(List<Line> rules) {
    List<NetworkPrefix> all = new ArrayList<>();
    for (Line rule : rules.subList(0, rules.size() - 1)) {
      Optional<List<NetworkPrefix>> accepted = accepted(rule);
      if (accepted.isEmpty()) {
        return Optional.empty();
      }
      all.addAll(accepted.get());
    }
    Line last = rules.getLast();
    if (!last.word(2).equals("reject")) {
      return Optional.empty();
    }
    if (last.words().size() > 3) {
      Optional<List<NetworkPrefix>> spared =
          switch (last.word(3)) {
            case "unless" -> anyOf(last.from(4));
            case "if" -> noneOf(last.from(4));
            default -> Optional.empty();
          };
      if (spared.isEmpty()) {
        return Optional.empty();
      }
      all.addAll(spared.get());
    }
    return all.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(all));
  }

  private Optional<List<NetworkPrefix>> accepted(Line rule) {
    boolean accepts = rule.word(2).equals("accept") && rule.word(3).equals("if");
    return accepts ? anyOf(rule.from(4)) : Optional.empty();
  }

  /** The networks of {@code A or B}. */
  private Optional<List<NetworkPrefix>> anyOf(List<String> condition) {
    List<NetworkPrefix> all = new ArrayList<>();
    Words words = new Words(condition);
    do {
      Optional<List<NetworkPrefix>> term = term(words, words.next());
      if (term.isEmpty()) {
        return Optional.empty();
      }
      all.addAll(term.get());
    } while (either(words));
    return words.more() ? Optional.empty() : Optional.of(all);
  }

  private static boolean either(Words words) {
    boolean either = words.peek().equals("or") || words.peek().equals("||");
    if (either) {
      words.next();
    }
    return either;
  }

  /** The networks of {@code !A !B}. */
  private Optional<List<NetworkPrefix>> noneOf(List<String> condition) {
    List<NetworkPrefix> all = new ArrayList<>();
    Words words = new Words(condition);
    do {
      String first = words.next();
      if (!first.startsWith("!")) {
        return Optional.empty();
      }
      Optional<List<NetworkPrefix>> term =
          term(words, first.length() > 1 ? first.substring(1) : words.next());
      if (term.isEmpty()) {
        return Optional.empty();
      }
      all.addAll(term.get());
    } while (words.more());
    return Optional.of(all);
  }

  /** {@code { src … }}, or a name for it. */
  private Optional<List<NetworkPrefix>> term(Words words, String first) {
    if (!first.equals("{")) {
      return Optional.ofNullable(named.get(first));
    }
    List<String> inner = new ArrayList<>();
    while (words.more()) {
      String word = words.next();
      if (word.equals("}")) {
        return source(inner);
      }
      inner.add(word);
    }
    return Optional.empty();
  }

  private static Optional<List<NetworkPrefix>> source(List<String> words) {
    if (words.size() < 2 || !words.getFirst().equals("src")) {
      return Optional.empty();
    }
    List<NetworkPrefix> networks = new ArrayList<>();
    for (String word : words.subList(1, words.size())) {
      Optional<NetworkPrefix> network = network(word);
      if (network.isEmpty()) {
        return Optional.empty();
      }
      networks.add(network.get());
    }
    return Optional.of(networks);
  }

  /** HAProxy takes no offence at bits behind the length, and knows masks as well. */
  private static Optional<NetworkPrefix> network(String text) {
    int slash = text.indexOf('/');
    Optional<InetAddress> address = Addresses.literal(slash < 0 ? text : text.substring(0, slash));
    if (address.isEmpty()) {
      return Optional.empty();
    }
    byte[] bytes = address.get().getAddress();
    int bits = bytes.length * Byte.SIZE;
    int length = slash < 0 ? bits : length(text.substring(slash + 1), bits);
    if (length < 0) {
      return Optional.empty();
    }
    for (int bit = length; bit < bits; bit++) {
      bytes[bit / Byte.SIZE] &= (byte) ~(0x80 >> (bit % Byte.SIZE));
    }
    try {
      return Optional.of(new NetworkPrefix(InetAddress.getByAddress(bytes), length));
    } catch (UnknownHostException impossible) {
      return Optional.empty();
    }
  }

  /** How many bits a prefix has, written as a number or as a mask; -1 for neither. */
  private static int length(String text, int bits) {
    if (text.matches("\\d{1,3}")) {
      int length = Integer.parseInt(text);
      return length <= bits ? length : -1;
    }
    Optional<InetAddress> mask = Addresses.literal(text);
    if (mask.isEmpty() || mask.get().getAddress().length * Byte.SIZE != bits) {
      return -1;
    }
    int length = 0;
    boolean over = false;
    for (byte part : mask.get().getAddress()) {
      for (int bit = 0x80; bit > 0; bit >>= 1) {
        boolean set = (part & bit) != 0;
        if (set && over) {
          return -1;
        }
        over |= !set;
        length += set ? 1 : 0;
      }
    }
    return length;
  }
}
