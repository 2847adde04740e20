package io.sallyport.plugins.injection.dns;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.injection.HostBinding;
import io.sallyport.api.injection.HostInjector;
import io.sallyport.api.injection.HostInjectorContext;
import io.sallyport.api.injection.InjectionReport;
import io.sallyport.api.injection.InjectionReport.Outcome;
import io.sallyport.api.plugin.Ticker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Answers names itself. From its first {@link #reconcile} on it listens, with or without names, so
 * that it can be the node's resolver; {@link #close} ends that.
 *
 * <p>Injection thread; what it made runs on its own event loop.
 */
final class DnsInjector implements HostInjector {
  private final DnsSettings settings;
  private final Responder responder;
  private final Upstreams upstreams;
  private final RandomGenerator random;
  private final Ticker ticker;
  private Optional<Doors> doors = Optional.empty();
  private Set<String> lines = Set.of();

  DnsInjector(
      DnsSettings settings, HostInjectorContext context, RandomGenerator random, Ticker ticker) {
    this.settings = settings;
    this.random = random;
    this.ticker = ticker;
    this.responder = new Responder(settings.timeToLive());
    this.upstreams =
        new Upstreams(
            settings.upstreams(),
            settings.resolvConf(),
            settings.listens(),
            ticker,
            context.drift());
  }

  @Override
  public InjectionReport reconcile(Set<HostBinding> desired) {
    Set<String> now = lines(desired);
    // Before the doors open: nobody is to be told that there is no such name.
    responder.records(Records.of(desired));
    Optional<String> fault = open();
    if (fault.isPresent()) {
      Outcome refused =
          new Outcome.Refused(
              fault.get(),
              "see who listens there (ss -lntup), or set another address or port; below 1024 root"
                  + " or CAP_NET_BIND_SERVICE is needed");
      Map<HostBinding, Outcome> outcomes = new HashMap<>();
      for (HostBinding binding : desired) {
        outcomes.put(binding, binding.names().isEmpty() ? new Outcome.InPlace() : refused);
      }
      return new InjectionReport(outcomes, 0, fault.get());
    }
    int changes = changes(now);
    lines = now;
    return new InjectionReport(
        desired.stream()
            .collect(Collectors.toMap(binding -> binding, binding -> new Outcome.InPlace())),
        changes,
        upstreams.note());
  }

  @Override
  public List<String> preview(Set<HostBinding> desired) {
    Set<String> now = lines(desired);
    String where =
        "   (answered at " + Addresses.text(settings.address()) + " port " + settings.port() + ")";
    List<String> preview = new ArrayList<>();
    lines.stream().filter(line -> !now.contains(line)).forEach(line -> preview.add("- " + line));
    now.stream()
        .filter(line -> !lines.contains(line))
        .forEach(line -> preview.add("+ " + line + where));
    return preview;
  }

  @Override
  public void close() {
    doors.ifPresent(Doors::close);
    doors = Optional.empty();
  }

  /** How many questions wait for name servers. */
  int waiting() {
    return doors.map(Doors::waiting).orElse(0);
  }

  private Optional<String> open() {
    if (doors.isPresent()) {
      return Optional.empty();
    }
    // Nobody else touches them before the doors are open.
    upstreams.refresh();
    return switch (Doors.open(settings, responder, upstreams, random, ticker)) {
      case Doors.Opening.Open(Doors opened) -> {
        doors = Optional.of(opened);
        yield Optional.empty();
      }
      case Doors.Opening.Failed(String reason) -> Optional.of(reason);
    };
  }

  private int changes(Set<String> now) {
    Set<String> same = new HashSet<>(lines);
    same.retainAll(now);
    return lines.size() + now.size() - 2 * same.size();
  }

  private static Set<String> lines(Set<HostBinding> bindings) {
    Set<String> lines = new TreeSet<>();
    for (HostBinding binding : bindings) {
      for (HostName name : binding.names()) {
        lines.add(Addresses.text(binding.address()) + " " + name);
      }
    }
    return lines;
  }
}
