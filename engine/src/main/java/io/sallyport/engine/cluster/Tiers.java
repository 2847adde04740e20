package io.sallyport.engine.cluster;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.Candidate;
import io.sallyport.api.balancing.Picker;
import io.sallyport.api.catalog.AllDown;
import io.sallyport.api.catalog.Locality;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.catalog.Spreading;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The layer in front of all balancers: sorts endpoints by standing, primaries before backups, and
 * those that are trusted by nearness; says how sessions are shared among near and far ones, and
 * what weight one has that is just coming back. It keeps a balancer for each spot, so that a change
 * in one leaves the rotation of the others.
 *
 * <p>Control loop only.
 */
final class Tiers {
  private static final Logger LOG = LoggerFactory.getLogger(Tiers.class);

  private final String owner;
  private final Locality node;
  private final Supplier<Balancer> balancers;
  private final AtomicBoolean faultTold = new AtomicBoolean();
  private final AtomicInteger turns = new AtomicInteger();
  private final Map<Spot, Kept> kept = new HashMap<>();
  private @Nullable Balancer spare;

  /**
   * Makes a layer without endpoints.
   *
   * @param owner whose tiers these are, for the log
   * @param node where the node stands
   * @param balancers makes one for each spot
   * @throws RuntimeException when it cannot make even one
   */
  Tiers(String owner, Locality node, Supplier<Balancer> balancers) {
    this.owner = owner;
    this.node = node;
    this.balancers = balancers;
    this.spare = balancers.get();
  }

  /** Says nothing that could be picked: whoever asks takes the first endpoint that will do. */
  private static final Picker FIRST = request -> EndpointChoice.ANY;

  private record Spot(Standing standing, boolean backup, Nearness nearness) {}

  private record Kept(Balancer balancer, List<Integer> weights, Place place) {}

  /** An endpoint with the sixteenths of its weight that it has. */
  private record Offer(ClusterEndpoint endpoint, int sixteenths) {}

  /**
   * Tiers and places for what the members are now.
   *
   * @param now on the control loop's clock
   */
  ClusterSnapshot build(Collection<Member> members, ServicePort settings, long now) {
    Spreading spreading = settings.spreading();
    boolean failOpen = settings.allDown() == AllDown.FAIL_OPEN;
    Map<Spot, List<Offer>> offers = new HashMap<>();
    List<Offer> panic = new ArrayList<>();
    boolean panicReigns = failOpen && Panic.reigns(members, spreading.panicThreshold());
    Map<Nearness, Capacity> primaries = new EnumMap<>(Nearness.class);
    Map<Nearness, Capacity> backups = new EnumMap<>(Nearness.class);
    boolean warming = false;
    for (Member member : members) {
      ClusterEndpoint endpoint = member.endpoint();
      Standing standing = member.standing().orElse(null);
      endpoint.standing(standing == null ? Standing.DOWN : standing);
      boolean trusted = standing != null && standing.trusted();
      Nearness nearness = Nearness.of(member.declared(), node, spreading.preference());
      int sixteenths = member.warmth().step(standing, member.mode(), spreading, now);
      warming |= sixteenths < SlowStart.STEPS;
      (member.backup() ? backups : primaries)
          .merge(
              nearness,
              new Capacity(
                  trusted ? (long) endpoint.weight() * sixteenths : 0,
                  (long) endpoint.weight() * SlowStart.STEPS),
              Capacity::and);
      if (standing == null || (standing == Standing.DOWN && !failOpen)) {
        continue;
      }
      Offer offer = new Offer(endpoint, sixteenths);
      Spot spot = new Spot(standing, member.backup(), trusted ? nearness : Nearness.ZONE);
      boolean panics = panicReigns && !member.backup() && standing != Standing.UNPROVEN;
      (panics ? panic : offers.computeIfAbsent(spot, any -> new ArrayList<>())).add(offer);
    }
    List<Tier> tiers = new ArrayList<>(2);
    if (panicReigns) {
      Spot spot = new Spot(Standing.DOWN, false, Nearness.ZONE);
      tiers.add(new Tier(Standing.DOWN, List.of(keep(spot, panic).place()), Split.NONE));
    }
    for (Standing standing : Standing.values()) {
      add(tiers, standing, false, offers, Capacity.parts(primaries, spreading.overprovisioning()));
      add(tiers, standing, true, offers, Capacity.parts(backups, spreading.overprovisioning()));
    }
    return new ClusterSnapshot(tiers, warming);
  }

  private void add(
      List<Tier> tiers,
      Standing standing,
      boolean backup,
      Map<Spot, List<Offer>> offers,
      Map<Nearness, Double> parts) {
    List<Place> places = new ArrayList<>(1);
    List<Double> shares = new ArrayList<>(1);
    Split.Keeping keeping = Split.Keeping.TURNS;
    for (Nearness nearness : Nearness.values()) {
      Spot spot = new Spot(standing, backup, nearness);
      List<Offer> here = offers.get(spot);
      if (here != null) {
        Kept found = keep(spot, here);
        places.add(found.place());
        shares.add(parts.getOrDefault(nearness, 0.0));
        keeping = sticky(found.balancer()) ? Split.Keeping.CLIENTS : Split.Keeping.TURNS;
      }
    }
    if (!places.isEmpty()) {
      tiers.add(new Tier(standing, places, Split.of(shares, keeping, turns)));
    }
  }

  /** The place for these offers: the one there was, if nothing has changed. */
  private Kept keep(Spot spot, List<Offer> offers) {
    Kept before = kept.get(spot);
    List<ClusterEndpoint> endpoints = offers.stream().map(Offer::endpoint).toList();
    boolean warm = offers.stream().allMatch(offer -> offer.sixteenths() == SlowStart.STEPS);
    List<Integer> weights =
        offers.stream()
            .map(offer -> offer.endpoint().weight() * (warm ? 1 : offer.sixteenths()))
            .toList();
    if (before != null
        && before.weights().equals(weights)
        && before.place().endpoints().equals(endpoints)) {
      return before;
    }
    List<Candidate> candidates = new ArrayList<>(endpoints.size());
    for (int i = 0; i < endpoints.size(); i++) {
      candidates.add(
          warm ? endpoints.get(i) : new SlowStart.Warming(endpoints.get(i), weights.get(i)));
    }
    Balancer balancer = before == null ? newBalancer() : before.balancer();
    Kept now = new Kept(balancer, weights, new Place(endpoints, picker(balancer, candidates)));
    kept.put(spot, now);
    return now;
  }

  private Balancer newBalancer() {
    Balancer made = spare;
    spare = null;
    if (made != null) {
      return made;
    }
    try {
      return balancers.get();
    } catch (RuntimeException fault) {
      told(fault);
      return candidates -> FIRST;
    }
  }

  /** A balancer is a plugin's: one that fails is done without. */
  private Picker picker(Balancer balancer, List<Candidate> candidates) {
    try {
      Picker picker = balancer.picker(List.copyOf(candidates));
      return request -> {
        try {
          return picker.pick(request);
        } catch (RuntimeException | LinkageError | AssertionError fault) {
          told(fault);
          return FIRST.pick(request);
        }
      };
    } catch (RuntimeException | LinkageError | AssertionError fault) {
      told(fault);
      return FIRST;
    }
  }

  private boolean sticky(Balancer balancer) {
    try {
      return balancer.sticky();
    } catch (RuntimeException | LinkageError | AssertionError fault) {
      told(fault);
      return false;
    }
  }

  private void told(Throwable fault) {
    if (faultTold.compareAndSet(false, true)) {
      LOG.atError()
          .setCause(fault)
          .addKeyValue("listener", owner)
          .log("a balancer failed; the first endpoint takes its place");
    }
  }
}
