package io.sallyport.distribution.reload;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Catalogs that follow one another: a few services that never change, and a crowd of others that
 * come, change and go by chance. Any service may take an address that another one just left.
 */
final class ChangingCatalog {
  private static final int CROWD = 30;
  private static final int ADDRESSES = 40;
  private static final int FIRST_PORT = 7000;
  private static final int PORTS = 3;

  /**
   * One service as the catalog declares it.
   *
   * @param address the last part of its address
   * @param ports so many, from the first one on
   * @param offset added to each port
   * @param aliases names beside its own
   * @param endpoints which of the upstream servers
   * @param behaviour one of several sets of further keys
   */
  private record Declared(
      int address, int ports, int offset, int aliases, Set<String> endpoints, int behaviour) {}

  /** A service that never changes. */
  record Steady(String name, String address) {}

  static final List<Steady> STEADY =
      List.of(
          new Steady("steady-a.example", "172.20.1.1"),
          new Steady("steady-b.example", "fd00:20::1"),
          new Steady("steady-c.example", "127.21.0.3"));

  private final List<String> upstreams;
  private final RandomGenerator random;
  private final Map<Integer, Declared> crowd = new TreeMap<>();

  ChangingCatalog(List<String> upstreams, RandomGenerator random) {
    this.upstreams = upstreams;
    this.random = random;
  }

  int size() {
    return STEADY.size() + crowd.size();
  }

  /** Leaves the steady services alone in the world. */
  void clear() {
    crowd.clear();
  }

  /** Adds, removes or changes one to three services. */
  void change() {
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes; i++) {
      int id = random.nextInt(CROWD);
      Declared before = crowd.get(id);
      if (before == null) {
        free().ifPresent(address -> crowd.put(id, fresh(address)));
      } else if (random.nextInt(4) == 0) {
        crowd.remove(id);
      } else {
        crowd.put(id, changed(id, before));
      }
    }
  }

  private Declared changed(int id, Declared before) {
    return switch (random.nextInt(6)) {
      case 0 -> at(free().orElse(before.address()), before);
      case 1 -> swapped(id, before);
      case 2 ->
          new Declared(
              before.address(),
              1 + random.nextInt(PORTS),
              random.nextInt(2),
              before.aliases(),
              before.endpoints(),
              before.behaviour());
      case 3 ->
          new Declared(
              before.address(),
              before.ports(),
              before.offset(),
              random.nextInt(3),
              before.endpoints(),
              before.behaviour());
      case 4 ->
          new Declared(
              before.address(),
              before.ports(),
              before.offset(),
              before.aliases(),
              someUpstreams(),
              before.behaviour());
      default ->
          new Declared(
              before.address(),
              before.ports(),
              before.offset(),
              before.aliases(),
              before.endpoints(),
              random.nextInt(4));
    };
  }

  /** Two services trade places in one reload. */
  private Declared swapped(int id, Declared before) {
    List<Integer> others = crowd.keySet().stream().filter(other -> other != id).toList();
    if (others.isEmpty()) {
      return before;
    }
    int other = others.get(random.nextInt(others.size()));
    Declared theirs = crowd.get(other);
    crowd.put(other, at(before.address(), theirs));
    return at(theirs.address(), before);
  }

  private static Declared at(int address, Declared declared) {
    return new Declared(
        address,
        declared.ports(),
        declared.offset(),
        declared.aliases(),
        declared.endpoints(),
        declared.behaviour());
  }

  private Declared fresh(int address) {
    return new Declared(
        address,
        1 + random.nextInt(PORTS),
        random.nextInt(2),
        random.nextInt(3),
        someUpstreams(),
        random.nextInt(4));
  }

  private Set<String> someUpstreams() {
    Set<String> chosen = new TreeSet<>();
    while (chosen.isEmpty()) {
      upstreams.stream().filter(address -> random.nextBoolean()).forEach(chosen::add);
    }
    return chosen;
  }

  private Optional<Integer> free() {
    Set<Integer> taken = crowd.values().stream().map(Declared::address).collect(Collectors.toSet());
    List<Integer> free =
        IntStream.range(0, ADDRESSES).filter(each -> !taken.contains(each)).boxed().toList();
    return free.isEmpty() ? Optional.empty() : Optional.of(free.get(random.nextInt(free.size())));
  }

  /** An address and a port that a service of the crowd has now, if there is one. */
  Optional<String> any() {
    return crowd.values().stream().findFirst().map(each -> address(each.address()));
  }

  /** The catalog, as its file would hold it. */
  String text() {
    StringBuilder text = new StringBuilder("services {\n");
    for (int i = 0; i < STEADY.size(); i++) {
      Steady steady = STEADY.get(i);
      text.append(
          String.format(
              Locale.ROOT,
              "steady-%d { address = \"%s\", names = [%s], ports = [%s], endpoints = [%s] }%n",
              i,
              steady.address(),
              steady.name(),
              port(FIRST_PORT),
              endpoints(Set.copyOf(upstreams))));
    }
    crowd.forEach((id, service) ->
        text.append(
            String.format(
                Locale.ROOT,
                "crowd-%d { address = \"%s\", names = [%s], ports = [%s], endpoints = [%s],"
                    + " timeouts.drain = 1s%s }%n",
                id,
                address(service.address()),
                names(id, service).collect(Collectors.joining(", ")),
                ports(service).map(ChangingCatalog::port).collect(Collectors.joining(", ")),
                endpoints(service.endpoints()),
                behaviour(service.behaviour()))));
    return text.append("}\n").toString();
  }

  /** All addresses outside 127.0.0.0/8 that the node must own. */
  Set<String> addresses() {
    return Stream.concat(
            STEADY.stream().map(Steady::address).filter(each -> !each.startsWith("127.")),
            crowd.values().stream().map(each -> address(each.address())))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** All (address, port) pairs that the node must listen on. */
  Set<String> listeners() {
    Set<String> all = new TreeSet<>();
    STEADY.forEach(each -> all.add(each.address() + " " + FIRST_PORT));
    crowd
        .values()
        .forEach(
            each -> ports(each).forEach(port -> all.add(address(each.address()) + " " + port)));
    return all;
  }

  /** All names, each with the address that it must lead to. */
  Set<String> lines() {
    Set<String> all = new TreeSet<>();
    STEADY.forEach(each -> all.add(each.address() + " " + each.name()));
    crowd.forEach((id, service) ->
        names(id, service).forEach(name -> all.add(address(service.address()) + " " + name)));
    return all;
  }

  private static String address(int last) {
    return last % 4 == 3 ? "fd00:20::2:" + Integer.toHexString(last) : "172.20.2." + last;
  }

  private static Stream<String> names(int id, Declared service) {
    return Stream.concat(
        Stream.of("crowd-" + id + ".example"),
        IntStream.range(0, service.aliases()).mapToObj(i -> "alias-" + i + "-" + id + ".example"));
  }

  private static Stream<Integer> ports(Declared service) {
    return IntStream.range(0, service.ports()).map(i -> FIRST_PORT + service.offset() + i).boxed();
  }

  private static String port(int listen) {
    return "{ listen = " + listen + ", target = " + EchoServer.PORT + " }";
  }

  private static String endpoints(Set<String> addresses) {
    return addresses.stream()
        .sorted(Comparator.naturalOrder())
        .map(address -> '"' + address + '"')
        .collect(Collectors.joining(", "));
  }

  private static String behaviour(int choice) {
    List<String> keys = new ArrayList<>(List.of("", ", timeouts.connect = 2s"));
    keys.add(", health-check { interval = 1s }, on-down = close-sessions");
    keys.add(", max-sessions = 50");
    return keys.get(choice);
  }
}
