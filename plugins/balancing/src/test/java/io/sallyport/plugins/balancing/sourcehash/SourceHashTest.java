package io.sallyport.plugins.balancing.sourcehash;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.balancing.Candidate;
import io.sallyport.api.balancing.Picker;
import io.sallyport.plugins.balancing.Asking;
import io.sallyport.plugins.balancing.BalancerContract;
import io.sallyport.plugins.balancing.ChiSquare;
import io.sallyport.plugins.balancing.Server;
import io.sallyport.plugins.balancing.TextSection;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SourceHashTest extends BalancerContract {
  private static final int CLIENTS = 100_000;

  @Override
  protected BalancerFactory<?> factory() {
    return new SourceHashFactory();
  }

  private static int[] random(int count) {
    return new Random(11).ints(count).toArray();
  }

  private static int[] counts(Picker picker, int candidates, int[] clients) {
    int[] counts = new int[candidates];
    for (int client : clients) {
      counts[picker.pick(Asking.from(client))]++;
    }
    return counts;
  }

  private static String[] names(Balancer balancer, List<Server> servers, int[] clients) {
    Picker picker = balancer.picker(List.copyOf(servers));
    return IntStream.of(clients)
        .mapToObj(client -> servers.get(picker.pick(Asking.from(client))).name())
        .toArray(String[]::new);
  }

  private static List<Server> without(List<Server> servers, String name) {
    return servers.stream().filter(server -> !server.name().equals(name)).toList();
  }

  @Test
  void clientKeepsItsEndpoint() {
    Picker picker = balancer().picker(List.copyOf(Server.alike(7)));
    for (int client : random(1000)) {
      int picked = picker.pick(Asking.from(client));
      for (int i = 0; i < 3; i++) {
        assertThat(picker.pick(Asking.from(client))).isEqualTo(picked);
      }
    }
    assertThat(balancer().sticky()).isTrue();
  }

  @Test
  void otherBalancersOfOtherNodesAgree() {
    int[] clients = random(1000);
    assertThat(names(balancer(), Server.alike(7), clients))
        .isEqualTo(names(balancer(), Server.alike(7), clients));
  }

  @Test
  void orderOfTheEndpointsHardlyMatters() {
    int[] clients = random(CLIENTS);
    List<Server> servers = Server.alike(7);
    String[] before = names(balancer(), servers, clients);
    String[] after = names(balancer(), new ArrayList<>(servers.reversed()), clients);
    assertThat(moved(before, after)).isLessThan(CLIENTS / 100);
  }

  @Test
  void clientsAreSharedByWeight() {
    for (int[] weights : List.of(new int[] {1, 1, 1}, new int[] {1, 2, 3, 50, 100, 256})) {
      Picker picker = balancer().picker(List.copyOf(Server.weighing(weights)));
      int[] counts = counts(picker, weights.length, random(CLIENTS));
      assertThat(ChiSquare.of(counts, weights)).isLessThan(ChiSquare.bound(weights.length));
    }
  }

  @Test
  void neighbouringClientsAreSharedJustAsEvenly() {
    int[] clients = IntStream.range(0x0A01_0000, 0x0A01_0000 + CLIENTS).toArray();
    int[] counts = counts(balancer().picker(List.copyOf(Server.alike(5))), 5, clients);
    assertThat(ChiSquare.of(counts, 1, 1, 1, 1, 1)).isLessThan(ChiSquare.bound(5));
  }

  @Test
  void clientsWithAddressesOfVersion6AreSharedToo() throws Exception {
    Picker picker = balancer().picker(List.copyOf(Server.alike(5)));
    Random random = new Random(4);
    int[] counts = new int[5];
    byte[] bytes = InetAddress.ofLiteral("fd00:20::1").getAddress();
    for (int i = 0; i < 20_000; i++) {
      for (int at = 8; at < 16; at++) {
        bytes[at] = (byte) random.nextInt();
      }
      counts[picker.pick(new Asking(InetAddress.getByAddress(bytes), index -> true))]++;
    }
    assertThat(ChiSquare.of(counts, 1, 1, 1, 1, 1)).isLessThan(ChiSquare.bound(5));
  }

  @Test
  void hundredThousandClientsOfTenThousandEndpointsLeaveNoneWithMuchMoreThanItsShare() {
    Picker picker = balancer().picker(List.copyOf(Server.alike(10_000)));
    int[] counts = counts(picker, 10_000, random(1_000_000));
    // A hundred each by chance and 4 % by the table: the largest of so many is about 140.
    assertThat(IntStream.of(counts).max().orElseThrow()).isLessThan(160);
    assertThat(IntStream.of(counts).min().orElseThrow()).isGreaterThan(50);
  }

  private static int moved(String[] before, String[] after) {
    return (int) IntStream.range(0, before.length).filter(i -> !before[i].equals(after[i])).count();
  }

  @Test
  void onlyClientsOfTheOneThatGoesAreMovedButForAFew() {
    for (int size : new int[] {3, 10, 40, 100, 600}) {
      int[] clients = random(CLIENTS);
      List<Server> servers = Server.alike(size);
      Balancer balancer = balancer();
      String[] before = names(balancer, servers, clients);
      String[] after = names(balancer, without(servers, "e1"), clients);
      int had = (int) List.of(before).stream().filter("e1"::equals).count();
      int moved = moved(before, after);
      assertThat(List.of(after)).doesNotContain("e1");
      assertThat(moved).isGreaterThanOrEqualTo(had);
      // Of those that could have stayed, so many did not.
      assertThat((double) (moved - had) / (CLIENTS - had))
          .as("needless moves among %s", size)
          .isLessThan(0.03);
    }
  }

  @Test
  void oneThatReturnsGetsItsClientsBackAndNobodyElseMovesForGood() {
    int[] clients = random(CLIENTS);
    List<Server> servers = Server.alike(10);
    Balancer balancer = balancer();
    String[] before = names(balancer, servers, clients);
    names(balancer, without(servers, "e4"), clients);
    assertThat(names(balancer, servers, clients)).isEqualTo(before);
  }

  @Test
  void oneThatIsAddedTakesItsShareFromAllAndTheRestStays() {
    int[] clients = random(CLIENTS);
    List<Server> servers = Server.alike(10);
    Balancer balancer = balancer();
    String[] before = names(balancer, servers, clients);
    List<Server> more = new ArrayList<>(servers);
    more.add(new Server("e10", 1));
    String[] after = names(balancer, more, clients);
    int gained = (int) List.of(after).stream().filter("e10"::equals).count();
    assertThat((double) gained).isBetween(CLIENTS / 11.0 * 0.95, CLIENTS / 11.0 * 1.05);
    assertThat((double) (moved(before, after) - gained) / CLIENTS).isLessThan(0.03);
  }

  @Test
  void failureAmongManyDoesNotShrinkTheTable() {
    int[] clients = random(CLIENTS);
    List<Server> servers = Server.alike(41);
    Balancer balancer = balancer();
    String[] before = names(balancer, servers, clients);
    // Forty alone would have a table of another size, and nearly all would move.
    String[] after = names(balancer, without(servers, "e7"), clients);
    assertThat((double) moved(before, after) / CLIENTS).isLessThan(0.06);
  }

  @Test
  void clientsOfOneThatIsTurnedDownSpreadOverAllOthersAndNobodyElseMoves() {
    Picker picker = balancer().picker(List.copyOf(Server.alike(5)));
    int[] counts = new int[5];
    for (int client : random(CLIENTS)) {
      int usual = picker.pick(Asking.from(client));
      int now = picker.pick(Asking.from(client).but(index -> index != 2));
      if (usual == 2) {
        counts[now]++;
      } else {
        assertThat(now).isEqualTo(usual);
      }
    }
    int[] others = {counts[0], counts[1], counts[3], counts[4]};
    assertThat(counts[2]).isZero();
    assertThat(ChiSquare.of(others, 1, 1, 1, 1)).isLessThan(ChiSquare.bound(4));
  }

  @Test
  void weightThatGrowsMovesClientsOnlyToItsOwner() {
    int[] clients = random(CLIENTS);
    Balancer balancer = balancer();
    String[] before = names(balancer, Server.weighing(16, 16, 4), clients);
    String[] after = names(balancer, Server.weighing(16, 16, 16), clients);
    int elsewhere = 0;
    for (int i = 0; i < CLIENTS; i++) {
      elsewhere += !before[i].equals(after[i]) && !after[i].equals("e2") ? 1 : 0;
    }
    assertThat((double) elsewhere / CLIENTS).isLessThan(0.05);
  }

  @Test
  void oneClientStaysWithinTheLoadBound() {
    for (int size : new int[] {3, 50, 100}) {
      List<Server> servers = Server.alike(size);
      Picker picker = balancer(Map.of("load-factor", "125")).picker(List.copyOf(servers));
      for (int i = 0; i < 100 * size; i++) {
        servers.get(picker.pick(Asking.from(1))).opened();
      }
      int most = servers.stream().mapToInt(Server::activeSessions).max().orElseThrow();
      assertThat(most).as("among %s", size).isBetween(101, 125 + (size > LoadBound.FEW ? 2 : 0));
    }
  }

  @Test
  void loadBoundHeedsWeights() {
    int[] weights = {1, 3, 6};
    List<Server> servers = Server.weighing(weights);
    Picker picker = balancer(Map.of("load-factor", "150")).picker(List.copyOf(servers));
    for (int i = 0; i < 10_000; i++) {
      servers.get(picker.pick(Asking.from(1))).opened();
    }
    for (int i = 0; i < 3; i++) {
      assertThat(servers.get(i).activeSessions()).isLessThanOrEqualTo(1500 * weights[i]);
    }
  }

  @Test
  void clientsWithinTheBoundKeepTheirEndpoint() {
    List<Server> servers = Server.alike(10);
    int[] clients = random(10_000);
    Picker bounded = balancer(Map.of("load-factor", "150")).picker(List.copyOf(servers));
    Picker free = balancer().picker(List.copyOf(servers));
    int moved = 0;
    for (int client : clients) {
      int picked = bounded.pick(Asking.from(client));
      moved += picked == free.pick(Asking.from(client)) ? 0 : 1;
      servers.get(picked).opened();
    }
    // Only the first few meet the bound, while an average of nearly nothing is easily exceeded.
    assertThat(moved).isLessThan(100);
    assertThat(servers).extracting(Server::activeSessions).allMatch(count -> count <= 1500);
  }

  @Test
  void allBeyondTheBoundStillTakeTheSession() {
    List<Server> servers = Server.alike(100);
    servers.forEach(server -> server.busy(7));
    Picker picker = balancer(Map.of("load-factor", "101")).picker(List.copyOf(servers));
    assertThat(picker.pick(Asking.any())).isBetween(0, 99);
    assertThat(picker.pick(Asking.admitting(index -> index == 63))).isEqualTo(63);
  }

  @Test
  void tableSizeMustBeAPrime() {
    assertThat(problems(Map.of("table-size", "65536")))
        .containsExactly("table-size is no prime; write 65537, or 0 for one that fits");
    assertThat(problems(Map.of("table-size", "100")))
        .containsExactly("table-size is too small; write 251, or 0 for one that fits");
    assertThat(problems(Map.of("table-size", "65537"))).isEmpty();
  }

  @Test
  void loadFactorMustLeavePlaceForAll() {
    assertThat(problems(Map.of("load-factor", "100")))
        .containsExactly(
            "load-factor would leave no place for the last sessions; write more than 100, such as"
                + " 125, or 0 for no bound");
    assertThat(problems(Map.of("load-factor", "125"))).isEmpty();
  }

  private static List<String> problems(Map<String, String> settings) {
    TextSection section = new TextSection(settings);
    new SourceHashFactory().parse(section);
    return section.problems();
  }

  @Test
  void placesOfATableAreSharedExactly() {
    int[] weights = {1, 2, 5};
    List<Candidate> candidates = List.copyOf(Server.weighing(weights));
    int[] table = MaglevTable.of(candidates, 4_099);
    int[] counts = new int[3];
    for (int owner : table) {
      counts[owner]++;
    }
    for (int i = 0; i < 3; i++) {
      assertThat((double) counts[i])
          .isBetween(4_099 * weights[i] / 8.0 - 2, 4_099 * weights[i] / 8.0 + 2);
    }
  }

  @Test
  void tableForTenThousandIsFilledInTime() {
    List<Candidate> candidates = List.copyOf(Server.alike(10_000));
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 4; round++) {
      long start = System.nanoTime();
      MaglevTable.of(candidates, MaglevTable.sizeFor(10_000));
      least = Math.min(least, System.nanoTime() - start);
    }
    assertThat(least).isLessThan(1_000_000_000L);
  }
}
