package io.sallyport.plugins.injection.loopback;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.injection.InjectionReport.Outcome.Refused;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The smallest change that makes a node's addresses what they should be. Pure.
 *
 * @param refused what cannot be had, and why
 * @param inPlace what is there and stays, whoever put it there
 * @param add what is missing
 * @param remove what is ours and no longer wanted, but for what goes with a link
 * @param createLinks the names of links to make first
 * @param raiseLinks links of ours to bring up
 * @param removeLinks links of ours to remove, with all their addresses
 * @param kept what of the record is really there
 */
record Plan(
    Map<InetAddress, Refused> refused,
    Set<Placement> inPlace,
    List<Placement> add,
    List<Placement> remove,
    Set<String> createLinks,
    Set<Link> raiseLinks,
    Set<Link> removeLinks,
    Ownership kept) {
  private static final Comparator<Placement> ORDER =
      Comparator.comparing(Placement::link)
          .thenComparing(
              Placement::address, (a, b) -> Arrays.compareUnsigned(a.getAddress(), b.getAddress()));

  /**
   * Works it out.
   *
   * @param desired every address that should be there, canonical
   * @param home the name of the link for those outside 127.0.0.0/8
   */
  static Plan of(
      Collection<InetAddress> desired, String home, Observation seen, Ownership recorded) {
    return new Planning(desired, home, seen, recorded).plan();
  }

  /** Where an address belongs: the kernel takes 127.0.0.0/8 and ::1 on the loopback link only. */
  static String home(InetAddress address, String home) {
    return address.isLoopbackAddress() ? Links.LO : home;
  }

  /** The names of the links that a plan looks at. */
  static Set<String> links(Collection<InetAddress> desired, String home, Ownership recorded) {
    Set<String> links = new HashSet<>(recorded.links().keySet());
    desired.forEach(address -> links.add(home(address, home)));
    recorded.addresses().forEach(place -> links.add(place.link()));
    return links;
  }

  /** The plan in lines for people; empty when nothing is to be done and nothing refused. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    remove.forEach(place -> lines.add("- " + place.text()));
    removeLinks.forEach(link -> lines.add("- link " + link.name() + " with its addresses"));
    createLinks.forEach(name -> lines.add("+ link " + name));
    raiseLinks.forEach(link -> lines.add("~ link " + link.name() + " up"));
    add.forEach(place -> lines.add("+ " + place.text()));
    refused
        .values()
        .forEach(refusal -> lines.add("! " + refusal.reason() + "; " + refusal.remedy()));
    return lines;
  }

  /** One planning. */
  private static final class Planning {
    private final Collection<InetAddress> desired;
    private final String home;
    private final Observation seen;
    private final Ownership recorded;
    private final Map<InetAddress, Refused> refused = new LinkedHashMap<>();
    private final Set<Placement> inPlace = new HashSet<>();
    private final List<Placement> add = new ArrayList<>();
    private final Set<String> createLinks = new HashSet<>();
    private final Set<Link> raiseLinks = new HashSet<>();

    Planning(Collection<InetAddress> desired, String home, Observation seen, Ownership recorded) {
      this.desired = desired;
      this.home = home;
      this.seen = seen;
      this.recorded = recorded;
    }

    Plan plan() {
      List<Placement> wanted =
          desired.stream()
              .map(address -> new Placement(home(address, home), address))
              .sorted(ORDER)
              .toList();
      wanted.forEach(this::place);
      Set<Placement> wantedSet = Placement.copy(wanted);
      Set<Placement> ours = new HashSet<>(recorded.addresses());
      ours.removeIf(place -> !seen.ours(place, recorded));
      Set<Link> removeLinks = new HashSet<>();
      Map<String, String> madeLinks = new LinkedHashMap<>();
      for (String name : recorded.links().keySet()) {
        Link link = seen.links().get(name);
        if (link != null && recorded.made(link)) {
          madeLinks.put(name, link.hardware());
          if (unused(link, wantedSet, ours)) {
            removeLinks.add(link);
          }
        }
      }
      List<Placement> remove =
          ours.stream()
              .filter(place -> !wantedSet.contains(place))
              .filter(place -> removeLinks.stream().noneMatch(on(place.link())))
              .sorted(ORDER)
              .toList();
      return new Plan(
          refused,
          inPlace,
          add,
          remove,
          createLinks,
          raiseLinks,
          removeLinks,
          new Ownership(madeLinks, ours));
    }

    private static Predicate<Link> on(String name) {
      return link -> link.name().equals(name);
    }

    /** True when nobody needs the link: neither our bindings nor anyone who put addresses on it. */
    private boolean unused(Link link, Set<Placement> wanted, Set<Placement> ours) {
      return wanted.stream().noneMatch(place -> place.link().equals(link.name()))
          && seen.byAddress().values().stream()
              .flatMap(List::stream)
              .filter(told -> told.link() == link.index() && !told.automatic())
              .allMatch(told -> ours.contains(new Placement(link.name(), told.address())));
    }

    private void place(Placement place) {
      InetAddress address = place.address();
      Optional<Refused> refusal =
          LocalAddresses.refusal(address).or(() -> linkRefusal(place)).or(() -> conflict(place));
      if (refusal.isPresent()) {
        refused.put(address, refusal.get());
        return;
      }
      Link link = seen.links().get(place.link());
      if (link == null) {
        createLinks.add(place.link());
      } else if (!link.up()) {
        raiseLinks.add(link);
      }
      if (seen.serves(place)) {
        inPlace.add(place);
      } else {
        add.add(place);
      }
    }

    private Optional<Refused> linkRefusal(Placement place) {
      Link link = seen.links().get(place.link());
      String name = place.link();
      if (link == null) {
        return name.equals(Links.LO)
            ? refusal(place, "needs the link lo, which does not exist", "check the node's kernel")
            : Optional.empty();
      }
      boolean made = recorded.made(link);
      if (!link.loopback() && !link.kind().equals(Links.DUMMY) && !made) {
        return refusal(
            place,
            "belongs on "
                + name
                + ", which is neither lo nor a dummy link: neighbours would see it there",
            "set link to lo, or to a name that no link has yet");
      }
      if (!link.up() && !made) {
        return refusal(
            place,
            "cannot serve while the link " + name + " is down",
            "ip link set " + name + " up");
      }
      return Optional.empty();
    }

    private Optional<Refused> conflict(Placement place) {
      if (seen.serves(place)) {
        return Optional.empty();
      }
      return seen.at(place.address()).stream()
          .filter(told -> !leaving(told))
          .findFirst()
          .flatMap(told -> {
            String other = seen.names().getOrDefault(told.link(), "link " + told.link());
            String there = Addresses.text(told.address()) + "/" + told.prefix();
            return refusal(
                place,
                "is already an address of " + other,
                "give the service another address, or remove that one: ip addr del "
                    + there
                    + " dev "
                    + other);
          });
    }

    /** True for an address that we put on a link which is no longer the one for our addresses. */
    private boolean leaving(LinkAddress told) {
      String name = seen.names().get(told.link());
      return name != null && seen.ours(new Placement(name, told.address()), recorded);
    }

    private static Optional<Refused> refusal(Placement place, String words, String remedy) {
      return Optional.of(new Refused(Addresses.text(place.address()) + " " + words, remedy));
    }
  }
}
