package io.sallyport.engine.cluster;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.Candidate;
import io.sallyport.api.balancing.Picker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The layer in front of all balancers: sorts endpoints by standing, primaries before backups, and
 * keeps a balancer for each place, so that a change in one place leaves the rotation of the others.
 *
 * <p>Control loop only.
 */
final class Tiers {
  private static final Logger LOG = LoggerFactory.getLogger(Tiers.class);

  private final String owner;
  private final Supplier<Balancer> balancers;
  private final AtomicBoolean faultTold = new AtomicBoolean();
  private final Map<Place, Kept> kept = new HashMap<>();
  private @Nullable Balancer spare;

  /**
   * Makes a layer without endpoints.
   *
   * @param owner whose tiers these are, for the log
   * @param balancers makes one for each place
   * @throws RuntimeException when it cannot make even one
   */
  Tiers(String owner, Supplier<Balancer> balancers) {
    this.owner = owner;
    this.balancers = balancers;
    this.spare = balancers.get();
  }

  /** Says nothing that could be picked: whoever asks takes the first endpoint that will do. */
  private static final Picker FIRST = request -> EndpointChoice.ANY;

  private record Place(Standing standing, boolean backup) {}

  private record Kept(Balancer balancer, List<Integer> weights, @Nullable Tier tier) {}

  ClusterSnapshot build(Collection<Member> members, boolean failOpen) {
    Map<Standing, List<ClusterEndpoint>> primaries = new EnumMap<>(Standing.class);
    Map<Standing, List<ClusterEndpoint>> backups = new EnumMap<>(Standing.class);
    for (Member member : members) {
      Standing standing = member.standing().orElse(null);
      member.endpoint().standing(standing == null ? Standing.DOWN : standing);
      if (standing != null && (failOpen || standing != Standing.DOWN)) {
        (member.backup() ? backups : primaries)
            .computeIfAbsent(standing, any -> new ArrayList<>())
            .add(member.endpoint());
      }
    }
    List<Tier> tiers = new ArrayList<>(2);
    for (Standing standing : Standing.values()) {
      add(tiers, new Place(standing, false), primaries.get(standing));
      add(tiers, new Place(standing, true), backups.get(standing));
    }
    return new ClusterSnapshot(tiers);
  }

  private void add(List<Tier> tiers, Place place, @Nullable List<ClusterEndpoint> endpoints) {
    if (endpoints == null) {
      return;
    }
    Kept before = kept.get(place);
    List<Integer> weights = endpoints.stream().map(ClusterEndpoint::weight).toList();
    if (before != null
        && before.tier() != null
        && before.weights().equals(weights)
        && before.tier().endpoints().equals(endpoints)) {
      tiers.add(before.tier());
      return;
    }
    Balancer balancer = before == null ? newBalancer() : before.balancer();
    Tier tier = new Tier(place.standing(), endpoints, picker(balancer, endpoints));
    kept.put(place, new Kept(balancer, weights, tier));
    tiers.add(tier);
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
  private Picker picker(Balancer balancer, List<ClusterEndpoint> endpoints) {
    try {
      Picker picker = balancer.picker(List.<Candidate>copyOf(endpoints));
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

  private void told(Throwable fault) {
    if (faultTold.compareAndSet(false, true)) {
      LOG.atError()
          .setCause(fault)
          .addKeyValue("listener", owner)
          .log("a balancer failed; the first endpoint takes its place");
    }
  }
}
