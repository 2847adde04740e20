package io.sallyport.plugins.injection.loopback;

import io.sallyport.api.injection.HostBinding;
import io.sallyport.api.injection.HostInjector;
import io.sallyport.api.injection.HostInjectorContext.Drift;
import io.sallyport.api.injection.InjectionReport;
import io.sallyport.api.injection.InjectionReport.Outcome;
import io.sallyport.api.injection.InjectionReport.Outcome.Refused;
import io.sallyport.plugins.injection.loopback.OwnershipRecord.Recorded;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the services' addresses the node's own.
 *
 * <p>Each reconciliation reads the record of what is ours, looks at the kernel's state once, works
 * out a {@link Plan} and carries it out. Nothing else is remembered, so a restart, a kill or
 * another tool's flush needs no case of its own. Injection thread only.
 */
final class LoopbackInjector implements HostInjector {
  private static final Logger LOG = LoggerFactory.getLogger(LoopbackInjector.class);

  /** How often to look again after answers were lost; each time the batches are smaller. */
  private static final int ROUNDS = 4;

  private final String home;
  private final LibC.Access access;
  private final OwnershipRecord record;
  private final Drift drift;
  private final RandomGenerator random;
  private final int batch;
  private @Nullable AddressWatch watch;

  /**
   * Makes an injector; it does nothing until asked.
   *
   * @param home the link for addresses outside 127.0.0.0/8
   * @param random gives the links we make their hardware addresses
   */
  LoopbackInjector(
      String home,
      LibC.Access access,
      OwnershipRecord record,
      Drift drift,
      RandomGenerator random) {
    this(home, access, record, drift, random, Netlink.USUAL_BATCH);
  }

  /**
   * Makes an injector with a batch size of its own.
   *
   * @param batch how many requests to send at once
   */
  LoopbackInjector(
      String home,
      LibC.Access access,
      OwnershipRecord record,
      Drift drift,
      RandomGenerator random,
      int batch) {
    this.home = home;
    this.access = access;
    this.record = record;
    this.drift = drift;
    this.random = random;
    this.batch = batch;
  }

  @Override
  public InjectionReport reconcile(Set<HostBinding> desired) {
    Set<InetAddress> addresses = addresses(desired);
    List<String> notes = new ArrayList<>();
    Ownership owned =
        switch (record.read()) {
          case Recorded.Known known -> known.ownership();
          case Recorded.Unknown unknown -> {
            notes.add(unknown.complaint() + "; addresses added before may stay behind");
            setAside(notes);
            yield Ownership.NONE;
          }
        };
    return switch (access) {
      case LibC.Access.Impossible impossible ->
          report(desired, withoutKernel(addresses, impossible.reason()), 0, notes);
      case LibC.Access.Possible possible -> {
        try {
          yield reconcile(possible.libc(), desired, addresses, owned, notes);
        } catch (NetlinkException e) {
          LOG.atWarn().setCause(e).log("cannot talk to the kernel about addresses");
          yield report(desired, withoutKernel(addresses, "of: " + e.getMessage()), 0, notes);
        }
      }
    };
  }

  private InjectionReport reconcile(
      LibC libc,
      Set<HostBinding> desired,
      Set<InetAddress> addresses,
      Ownership recorded,
      List<String> notes) {
    if (!addresses.isEmpty()) {
      startWatch(libc, notes);
    }
    Ownership owned = recorded;
    int changes = 0;
    try (Netlink netlink = new Netlink(libc, batch)) {
      for (int round = 1; ; round++) {
        Observation seen = look(netlink, addresses, owned);
        Plan plan = Plan.of(addresses, home, seen, owned);
        expect(whileChanging(plan, seen));
        Execution.Result result = new Execution(netlink, plan, record, owned, random).run();
        owned = result.owned();
        changes += result.changes();
        if (!result.lost() || round == ROUNDS) {
          expect(afterwards(netlink, plan, seen, result));
          notes.addAll(result.complaints());
          if (changes > 0) {
            LOG.atInfo()
                .addKeyValue("changes", changes)
                .addKeyValue("in-place", result.inPlace().size())
                .log("changed the node's addresses");
          }
          return report(desired, result.refused(), changes, notes);
        }
      }
    }
  }

  @Override
  public List<String> preview(Set<HostBinding> desired) {
    Set<InetAddress> addresses = addresses(desired);
    Ownership owned =
        switch (record.read()) {
          case Recorded.Known known -> known.ownership();
          case Recorded.Unknown unknown -> Ownership.NONE;
        };
    return switch (access) {
      case LibC.Access.Impossible impossible ->
          lines(withoutKernel(addresses, impossible.reason()));
      case LibC.Access.Possible possible -> {
        try (Netlink netlink = new Netlink(possible.libc(), batch)) {
          yield Plan.of(addresses, home, look(netlink, addresses, owned), owned).lines();
        } catch (NetlinkException e) {
          yield lines(withoutKernel(addresses, "of: " + e.getMessage()));
        }
      }
    };
  }

  @Override
  public void close() {
    AddressWatch running = watch;
    watch = null;
    if (running != null) {
      running.close();
    }
  }

  private Observation look(Netlink netlink, Set<InetAddress> addresses, Ownership owned) {
    return Observation.of(netlink, Plan.links(addresses, home, owned), addresses);
  }

  private static Set<InetAddress> addresses(Set<HostBinding> desired) {
    return desired.stream()
        .map(binding -> LocalAddresses.canonical(binding.address()))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private void setAside(List<String> notes) {
    try {
      record.setAside();
    } catch (IOException e) {
      notes.add("cannot put " + record.file() + " aside: " + OwnershipRecord.reason(e));
    }
  }

  private void startWatch(LibC libc, List<String> notes) {
    AddressWatch running = watch;
    if (running != null && running.alive()) {
      return;
    }
    close();
    try {
      watch = new AddressWatch(libc, drift);
    } catch (NetlinkException e) {
      notes.add("changes by others are noticed late: cannot " + e.getMessage());
    }
  }

  private void expect(Expectation expectation) {
    AddressWatch running = watch;
    if (running != null) {
      running.expect(expectation);
    }
  }

  /** What must hold even while the plan is carried out: all that the plan does not touch. */
  private static Expectation whileChanging(Plan plan, Observation seen) {
    Map<String, Link> links = new HashMap<>(seen.links());
    plan.raiseLinks().forEach(link -> links.remove(link.name()));
    plan.removeLinks().forEach(link -> links.remove(link.name()));
    Set<Placement> places =
        plan.inPlace().stream()
            .filter(place -> links.containsKey(place.link()))
            .collect(Collectors.toSet());
    return new Expectation(places, links);
  }

  private static Expectation afterwards(
      Netlink netlink, Plan plan, Observation seen, Execution.Result result) {
    Map<String, Link> links = new HashMap<>(seen.links());
    plan.removeLinks().forEach(link -> links.remove(link.name()));
    for (String name : plan.createLinks()) {
      netlink.link(name).ifPresent(link -> links.put(name, link));
    }
    for (Link raised : plan.raiseLinks()) {
      netlink.link(raised.name()).ifPresent(link -> links.put(link.name(), link));
    }
    return new Expectation(result.inPlace(), links);
  }

  /** What can be had without the kernel's help: what is there already. */
  private static Map<InetAddress, Refused> withoutKernel(Set<InetAddress> addresses, String why) {
    Map<InetAddress, Refused> refused = new LinkedHashMap<>();
    for (InetAddress address : addresses) {
      Optional<Refused> never = LocalAddresses.refusal(address);
      if (never.isPresent()) {
        refused.put(address, never.get());
      } else if (!address.isLoopbackAddress() && !present(address)) {
        refused.put(address, Refusals.unreachable(address, why));
      }
    }
    return refused;
  }

  private static boolean present(InetAddress address) {
    try {
      return NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      return false;
    }
  }

  private static List<String> lines(Map<InetAddress, Refused> refused) {
    return refused.values().stream()
        .map(refusal -> "! " + refusal.reason() + "; " + refusal.remedy())
        .toList();
  }

  private static InjectionReport report(
      Set<HostBinding> desired,
      Map<InetAddress, Refused> refused,
      int changes,
      List<String> notes) {
    Map<HostBinding, Outcome> outcomes = new HashMap<>();
    for (HostBinding binding : desired) {
      Refused refusal = refused.get(LocalAddresses.canonical(binding.address()));
      outcomes.put(binding, refusal == null ? new Outcome.InPlace() : refusal);
    }
    return new InjectionReport(outcomes, changes, String.join("; ", notes));
  }
}
