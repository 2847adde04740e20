package io.sallyport.plugins.injection.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which changes follow from what is wanted, what is there and what is recorded. */
class PlanTest {
  private static final Link LO = new Link(1, "lo", true, true, "", "00:00:00:00:00:00");
  private static final Link ETH0 = new Link(2, "eth0", true, false, "", "02:00:00:00:00:02");
  private static final Link OURS = new Link(7, "sp0", true, false, "dummy", "02:53:00:00:00:01");
  private static final LinkAddress LOCALHOST = on(LO, "127.0.0.1", 8, 1);
  private static final Map<String, String> MADE = Map.of("sp0", OURS.hardware());

  @Test
  void addsWhatIsMissingInOrder() {
    Plan plan = plan("lo", seen(LOCALHOST), Ownership.NONE, "172.20.0.10", "172.20.0.9", "fd00::7");
    assertThat(plan.lines())
        .containsExactly("+ 172.20.0.9/32 on lo", "+ 172.20.0.10/32 on lo", "+ fd00::7/128 on lo");
  }

  @Test
  void doesNothingWhenAllIsThere() {
    Plan plan =
        plan(
            "lo",
            seen(LOCALHOST, on(LO, "172.20.0.7", 32, 'S')),
            recorded("172.20.0.7"),
            "172.20.0.7",
            "127.0.0.1",
            "127.20.0.1");
    assertThat(plan.lines()).isEmpty();
    assertThat(plan.inPlace()).hasSize(3);
    assertThat(plan.kept()).isEqualTo(recorded("172.20.0.7"));
  }

  @Test
  void loopbackAddressesAreAddedWhereSomeoneTookTheirNetworkAway() {
    assertThat(plan("sp0", seen(), Ownership.NONE, "127.20.0.1").lines())
        .containsExactly("+ 127.20.0.1/32 on lo");
  }

  @Test
  void anAddressThatIsThereAlreadyIsUsedWhateverItsPrefix() {
    Plan plan =
        plan("lo", seen(LOCALHOST, on(LO, "172.20.0.7", 24, 0)), Ownership.NONE, "172.20.0.7");
    assertThat(plan.lines()).isEmpty();
    assertThat(plan.kept()).isEqualTo(Ownership.NONE);
  }

  @Test
  void removesOnlyWhatIsRecorded() {
    Observation seen =
        seen(LOCALHOST, on(LO, "172.20.0.7", 32, 'S'), on(LO, "172.20.0.8", 32, 'S'));
    assertThat(plan("lo", seen, recorded("172.20.0.7")).lines())
        .containsExactly("- 172.20.0.7/32 on lo");
  }

  @Test
  void anAddressWithoutOurMarkIsNotOursThoughRecordedWhereTheKernelKeepsMarks() {
    Plan plan = plan("lo", seen(LOCALHOST, on(LO, "172.20.0.7", 32, 0)), recorded("172.20.0.7"));
    assertThat(plan.lines()).isEmpty();
    assertThat(plan.kept()).isEqualTo(Ownership.NONE);
  }

  @Test
  void theRecordDecidesWhereTheKernelKeepsNoMarks() {
    LinkAddress unmarked = on(LO, "127.0.0.1", 8, 0);
    Plan plan = plan("lo", seen(unmarked, on(LO, "172.20.0.7", 32, 0)), recorded("172.20.0.7"));
    assertThat(plan.lines()).containsExactly("- 172.20.0.7/32 on lo");
  }

  @Test
  void forgetsWhatIsRecordedAndNotThere() {
    Plan plan = plan("lo", seen(LOCALHOST), recorded("172.20.0.7"));
    assertThat(plan.lines()).isEmpty();
    assertThat(plan.kept()).isEqualTo(Ownership.NONE);
  }

  @Test
  void anAddressOfAnotherLinkIsAConflict() {
    Plan plan =
        plan("lo", seen(LOCALHOST, on(ETH0, "10.0.0.5", 24, 0)), Ownership.NONE, "10.0.0.5");
    assertThat(plan.lines())
        .containsExactly(
            "! 10.0.0.5 is already an address of eth0; give the service another address, or remove"
                + " that one: ip addr del 10.0.0.5/24 dev eth0");
  }

  @Test
  void anotherLinksCopyDoesNotMatterOnceTheAddressIsInPlace() {
    Observation seen = seen(LOCALHOST, on(LO, "10.0.0.5", 32, 'S'), on(ETH0, "10.0.0.5", 24, 0));
    assertThat(plan("lo", seen, recorded("10.0.0.5"), "10.0.0.5").lines()).isEmpty();
  }

  @Test
  void refusesWhatNoNodeCanHave() {
    assertThat(
            plan(
                    "lo",
                    seen(LOCALHOST),
                    Ownership.NONE,
                    "0.0.0.0",
                    "::",
                    "224.0.0.1",
                    "ff02::1",
                    "0.1.2.3",
                    "255.255.255.255",
                    "fe80::1")
                .lines())
        .containsExactlyInAnyOrder(
            "! 0.0.0.0 stands for all addresses, not for one; choose one address",
            "! :: stands for all addresses, not for one; choose one address",
            "! 224.0.0.1 is a multicast address; choose a unicast address",
            "! ff02::1 is a multicast address; choose a unicast address",
            "! 0.1.2.3 is in 0.0.0.0/8, which no node can have; choose another address",
            "! 255.255.255.255 is the broadcast address; choose a unicast address",
            "! fe80::1 is link-local: clients would have to name the link as well; choose a unique"
                + " local address, such as one in fd00::/8");
  }

  @Test
  void nothingServesOnALinkThatIsDownAndWhatIsOursThereStays() {
    Link down = new Link(1, "lo", false, true, "", "");
    Plan plan =
        plan(
            "lo",
            observation(List.of(down), on(LO, "172.20.0.7", 32, 'S')),
            recorded("172.20.0.7"),
            "127.0.0.1",
            "172.20.0.7");
    assertThat(plan.lines())
        .containsExactly(
            "! 127.0.0.1 cannot serve while the link lo is down; ip link set lo up",
            "! 172.20.0.7 cannot serve while the link lo is down; ip link set lo up");
    assertThat(plan.kept()).isEqualTo(recorded("172.20.0.7"));
  }

  @Test
  void makesAMissingLinkOnlyForAddressesThatGoThere() {
    assertThat(plan("sp0", seen(LOCALHOST), Ownership.NONE, "172.20.0.7", "127.0.0.2").lines())
        .containsExactly("+ link sp0", "+ 172.20.0.7/32 on sp0");
    assertThat(plan("sp0", seen(LOCALHOST), Ownership.NONE, "127.0.0.2").lines()).isEmpty();
  }

  @Test
  void refusesALinkThatReachesNeighbours() {
    assertThat(plan("eth0", observation(List.of(LO, ETH0)), Ownership.NONE, "172.20.0.7").lines())
        .containsExactly(
            "! 172.20.0.7 belongs on eth0, which is neither lo nor a dummy link: neighbours would"
                + " see it there; set link to lo, or to a name that no link has yet");
  }

  @Test
  void bringsUpALinkOfItsOwnAndNoOther() {
    Link down = new Link(7, "sp0", false, false, "dummy", OURS.hardware());
    Observation seen = observation(List.of(LO, down), LOCALHOST);
    assertThat(plan("sp0", seen, new Ownership(MADE, Set.of()), "172.20.0.7").lines())
        .containsExactly("~ link sp0 up", "+ 172.20.0.7/32 on sp0");
    assertThat(plan("sp0", seen, Ownership.NONE, "172.20.0.7").lines())
        .containsExactly(
            "! 172.20.0.7 cannot serve while the link sp0 is down; ip link set sp0 up");
  }

  @Test
  void removesItsLinkWithTheLastAddress() {
    Ownership recorded = new Ownership(MADE, Set.of(place("sp0", "172.20.0.7")));
    Observation seen =
        observation(
            List.of(LO, OURS),
            LOCALHOST,
            on(OURS, "172.20.0.7", 32, 'S'),
            on(OURS, "fe80::53", 64, 3));
    assertThat(plan("sp0", seen, recorded).lines())
        .containsExactly("- link sp0 with its addresses");
  }

  @Test
  void keepsItsLinkWhileSomeoneElseHasAnAddressThere() {
    Ownership recorded = new Ownership(MADE, Set.of(place("sp0", "172.20.0.7")));
    Observation seen =
        observation(
            List.of(LO, OURS),
            LOCALHOST,
            on(OURS, "172.20.0.7", 32, 'S'),
            on(OURS, "192.168.9.9", 24, 0));
    Plan plan = plan("sp0", seen, recorded);
    assertThat(plan.lines()).containsExactly("- 172.20.0.7/32 on sp0");
    assertThat(plan.kept().links()).isEqualTo(MADE);
  }

  @Test
  void aLinkOfTheSameNameThatAnotherOneMadeIsNotRemoved() {
    Link theirs = new Link(9, "sp0", true, false, "dummy", "02:ff:00:00:00:09");
    Plan plan =
        plan("sp0", observation(List.of(LO, theirs), LOCALHOST), new Ownership(MADE, Set.of()));
    assertThat(plan.lines()).isEmpty();
    assertThat(plan.kept()).isEqualTo(Ownership.NONE);
  }

  @Test
  void addressesMoveWhenTheLinkIsChosenAnew() {
    Observation onLo = observation(List.of(LO), LOCALHOST, on(LO, "172.20.0.7", 32, 'S'));
    assertThat(plan("sp0", onLo, recorded("172.20.0.7"), "172.20.0.7").lines())
        .containsExactly("- 172.20.0.7/32 on lo", "+ link sp0", "+ 172.20.0.7/32 on sp0");
    Observation onDummy =
        observation(List.of(LO, OURS), LOCALHOST, on(OURS, "172.20.0.7", 32, 'S'));
    Ownership recorded = new Ownership(MADE, Set.of(place("sp0", "172.20.0.7")));
    assertThat(plan("lo", onDummy, recorded, "172.20.0.7").lines())
        .containsExactly("- link sp0 with its addresses", "+ 172.20.0.7/32 on lo");
  }

  private static Plan plan(String home, Observation seen, Ownership recorded, String... desired) {
    List<InetAddress> addresses = Stream.of(desired).map(InetAddress::ofLiteral).toList();
    return Plan.of(addresses, home, seen, recorded);
  }

  private static Observation seen(LinkAddress... addresses) {
    return observation(List.of(LO), addresses);
  }

  private static Observation observation(List<Link> links, LinkAddress... addresses) {
    Map<String, Link> byName = new HashMap<>();
    Map<Integer, String> names = new HashMap<>(Map.of(ETH0.index(), ETH0.name()));
    for (Link link : links) {
      byName.put(link.name(), link);
      names.put(link.index(), link.name());
    }
    return Observation.of(byName, names, List.of(addresses));
  }

  private static LinkAddress on(Link link, String address, int prefix, int protocol) {
    return new LinkAddress(link.index(), InetAddress.ofLiteral(address), prefix, protocol);
  }

  private static Placement place(String link, String address) {
    return new Placement(link, InetAddress.ofLiteral(address));
  }

  private static Ownership recorded(String... addresses) {
    List<Placement> places = new ArrayList<>();
    Stream.of(addresses).forEach(address -> places.add(place("lo", address)));
    return new Ownership(Map.of(), Set.copyOf(places));
  }
}
