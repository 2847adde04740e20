package io.sallyport.plugins.injection.loopback;

import io.sallyport.api.injection.InjectionReport.Outcome.Refused;
import io.sallyport.plugins.injection.loopback.Netlink.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Carries out one plan: record what is about to be ours, remove, make links, add, record what has
 * become ours.
 *
 * <p>Used once, by the injection thread.
 */
final class Execution {
  private static final HexFormat HARDWARE = HexFormat.ofDelimiter(":");

  private final Netlink netlink;
  private final Plan plan;
  private final OwnershipRecord record;
  private final Ownership recorded;
  private final RandomGenerator random;
  private final Map<String, String> links;
  private final Set<Placement> addresses;
  private final Map<InetAddress, Refused> refused;
  private final Set<Placement> inPlace;
  private final List<String> complaints = new ArrayList<>();
  private int changes;
  private boolean lost;

  /**
   * What came of it.
   *
   * @param inPlace what is there now of what was wanted
   * @param refused what is not, and why
   * @param changes how many addresses were added or removed
   * @param complaints what went wrong beside single addresses
   * @param owned what is ours now
   * @param lost whether some of the kernel's answers were lost, so that it pays to look again
   */
  record Result(
      Set<Placement> inPlace,
      Map<InetAddress, Refused> refused,
      int changes,
      List<String> complaints,
      Ownership owned,
      boolean lost) {}

  /**
   * Prepares.
   *
   * @param recorded what the record on the disk says
   * @param random gives the links we make their hardware addresses
   */
  Execution(
      Netlink netlink,
      Plan plan,
      OwnershipRecord record,
      Ownership recorded,
      RandomGenerator random) {
    this.netlink = netlink;
    this.plan = plan;
    this.record = record;
    this.recorded = recorded;
    this.random = random;
    links = new LinkedHashMap<>(plan.kept().links());
    addresses = new HashSet<>(plan.kept().addresses());
    refused = new LinkedHashMap<>(plan.refused());
    inPlace = new HashSet<>(plan.inPlace());
  }

  /** Does it. */
  Result run() {
    Ownership intended = intention();
    Optional<IOException> unwritten = write(recorded, intended);
    remove();
    removeLinks();
    if (unwritten.isPresent()) {
      plan.add()
          .forEach(place ->
              refused.put(
                  place.address(), Refusals.unrecorded(place, record.file(), unwritten.get())));
      intended = recorded;
    } else {
      createLinks(intended);
      plan.raiseLinks().forEach(this::raise);
      add();
    }
    Ownership owned = new Ownership(links, addresses);
    write(intended, owned)
        .ifPresent(e ->
            complaints.add("cannot write " + record.file() + ": " + OwnershipRecord.reason(e)));
    return new Result(inPlace, refused, changes, complaints, owned, lost);
  }

  private Ownership intention() {
    Map<String, String> intendedLinks = new HashMap<>(links);
    plan.createLinks().forEach(name -> intendedLinks.put(name, hardware()));
    Set<Placement> intendedAddresses = new HashSet<>(addresses);
    intendedAddresses.addAll(plan.add());
    return new Ownership(intendedLinks, intendedAddresses);
  }

  /** A random address that is locally administered and of one station. */
  private String hardware() {
    byte[] bytes = new byte[6];
    random.nextBytes(bytes);
    bytes[0] = (byte) ((bytes[0] & 0xfc) | 0x02);
    return HARDWARE.formatHex(bytes);
  }

  private Optional<IOException> write(Ownership before, Ownership after) {
    if (after.equals(before)) {
      return Optional.empty();
    }
    try {
      record.write(after);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e);
    }
  }

  private void remove() {
    List<byte[]> requests = new ArrayList<>();
    for (Placement place : plan.remove()) {
      requests.add(netlink.requests().removeAddress(place.address(), index(place.link())));
    }
    List<Answer> answers = netlink.ask(requests);
    for (int i = 0; i < answers.size(); i++) {
      Placement place = plan.remove().get(i);
      switch (answers.get(i)) {
        case Answer.Done done -> removed(place);
        case Answer.Denied denied when denied.errno() == Errno.EADDRNOTAVAIL ->
            addresses.remove(place);
        case Answer.Denied denied ->
            complaints.add("cannot remove " + place.text() + ": " + denied.text());
        case Answer.Lost unknown -> lost = true;
      }
    }
  }

  private void removed(Placement place) {
    addresses.remove(place);
    changes++;
  }

  private void removeLinks() {
    for (Link link : plan.removeLinks()) {
      switch (netlink.ask(netlink.requests().removeLink(link.index()))) {
        case Answer.Done done -> {
          links.remove(link.name());
          List.copyOf(addresses).stream()
              .filter(place -> place.link().equals(link.name()))
              .forEach(this::removed);
        }
        case Answer.Denied denied ->
            complaints.add("cannot remove the link " + link.name() + ": " + denied.text());
        case Answer.Lost unknown -> lost = true;
      }
    }
  }

  private void createLinks(Ownership intended) {
    for (String name : plan.createLinks()) {
      String hardware = Optional.ofNullable(intended.links().get(name)).orElseThrow();
      switch (create(name, hardware)) {
        case Answer.Done done -> links.put(name, hardware);
        case Answer.Denied denied -> refuseAll(name, Refusals.link("make", name, denied));
        case Answer.Lost unknown -> {
          links.put(name, hardware);
          lost = true;
        }
      }
    }
  }

  private Answer create(String name, String hardware) {
    byte[] bytes = HARDWARE.parseHex(hardware);
    Answer dummy = netlink.ask(netlink.requests().createLink(name, Links.DUMMY, bytes));
    if (dummy instanceof Answer.Denied denied && denied.errno() == Errno.EOPNOTSUPP) {
      Answer bridge = netlink.ask(netlink.requests().createLink(name, Links.BRIDGE, bytes));
      return bridge instanceof Answer.Denied ? dummy : bridge;
    }
    return dummy;
  }

  private void raise(Link link) {
    switch (netlink.ask(netlink.requests().bringUp(link.index()))) {
      case Answer.Done done -> {}
      case Answer.Denied denied ->
          refuseAll(link.name(), Refusals.link("bring up", link.name(), denied));
      case Answer.Lost unknown -> lost = true;
    }
  }

  private void refuseAll(String link, Refused why) {
    plan.add().stream()
        .filter(place -> place.link().equals(link))
        .forEach(place -> refused.put(place.address(), why));
    plan.inPlace().stream()
        .filter(place -> place.link().equals(link))
        .forEach(place -> {
          inPlace.remove(place);
          refused.put(place.address(), why);
        });
  }

  private void add() {
    List<Placement> places =
        plan.add().stream().filter(place -> !refused.containsKey(place.address())).toList();
    Map<String, Integer> indices = new HashMap<>();
    List<byte[]> requests = new ArrayList<>();
    for (Placement place : places) {
      int index = indices.computeIfAbsent(place.link(), this::index);
      requests.add(netlink.requests().addAddress(place.address(), index));
    }
    List<Answer> answers = netlink.ask(requests);
    for (int i = 0; i < answers.size(); i++) {
      Placement place = places.get(i);
      switch (answers.get(i)) {
        case Answer.Done done -> {
          addresses.add(place);
          inPlace.add(place);
          changes++;
        }
        // Someone was faster between our look and our request: used, and not ours.
        case Answer.Denied denied when denied.errno() == Errno.EEXIST -> inPlace.add(place);
        case Answer.Denied denied -> refused.put(place.address(), Refusals.add(place, denied));
        case Answer.Lost unknown -> {
          addresses.add(place);
          refused.put(place.address(), Refusals.unanswered(place));
          lost = true;
        }
      }
    }
  }

  /** The index of a link; 0, which the kernel knows for none, when it has gone meanwhile. */
  private int index(String name) {
    return netlink.link(name).map(Link::index).orElse(0);
  }
}
