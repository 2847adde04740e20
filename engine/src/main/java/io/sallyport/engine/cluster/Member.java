package io.sallyport.engine.cluster;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.EndpointRole;
import io.sallyport.api.health.CheckAdvice;
import io.sallyport.api.health.CheckResult;
import io.sallyport.engine.health.HealthMonitor;
import io.sallyport.engine.health.ProbeAddress;
import io.sallyport.engine.resolve.HostResolver;
import io.sallyport.engine.resolve.Resolution;
import io.sallyport.engine.status.EndpointStatus;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the control loop knows of one endpoint: its addresses, its monitor, its standing. */
final class Member {
  private final ClusterEndpoint endpoint;
  private HostResolver.@Nullable Watch watch;
  private @Nullable Resolution resolution;
  private @Nullable HealthMonitor monitor;
  private EndpointMode ordered = EndpointMode.ENABLED;
  private String warning = "";
  private final Warmth warmth = new Warmth();
  private final Conduct conduct = new Conduct();
  private boolean failedInDoubt;
  private int turn;

  Member(ClusterEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  ClusterEndpoint endpoint() {
    return endpoint;
  }

  Endpoint declared() {
    return endpoint.declared();
  }

  /** Whether it is just coming back. */
  Warmth warmth() {
    return warmth;
  }

  /** How it has treated live sessions. */
  Conduct conduct() {
    return conduct;
  }

  /**
   * A session could not connect.
   *
   * @return whether that counts as a session that failed: where there are probes, the first of a
   *     doubt does, and they find out about the rest
   */
  boolean connectFailed() {
    boolean counts = monitor == null || !failedInDoubt;
    failedInDoubt = true;
    return counts;
  }

  /** Probes or sessions have dispelled a doubt. */
  void trustedAgain() {
    failedInDoubt = false;
  }

  boolean backup() {
    return declared().role() == EndpointRole.BACKUP;
  }

  @Nullable HealthMonitor monitor() {
    return monitor;
  }

  void monitor(@Nullable HealthMonitor changed) {
    HealthMonitor old = monitor;
    if (old != null && old != changed) {
      old.stop();
    }
    monitor = changed;
    failedInDoubt = false;
  }

  void watch(HostResolver.Watch changed) {
    unwatch();
    watch = changed;
  }

  void unwatch() {
    HostResolver.Watch old = watch;
    watch = null;
    if (old != null) {
      old.close();
    }
  }

  /** What is wanted of it: the strictest of the catalog's word, the operator's and its own. */
  EndpointMode mode() {
    CheckAdvice advice = endpoint.advice();
    EndpointMode wanted = advice.mode().orElse(EndpointMode.ENABLED);
    if (wanted == EndpointMode.ENABLED && advice.weightPercent().orElse(1) == 0) {
      wanted = EndpointMode.DRAIN;
    }
    EndpointMode said = told();
    return said.compareTo(wanted) >= 0 ? said : wanted;
  }

  /** The stricter one of the catalog's word and the operator's. */
  private EndpointMode told() {
    EndpointMode said = declared().mode();
    return said.compareTo(ordered) >= 0 ? said : ordered;
  }

  /**
   * Takes an operator's word.
   *
   * @return whether that is news
   */
  boolean ordered(EndpointMode mode) {
    boolean news = mode != ordered;
    ordered = mode;
    return news;
  }

  /**
   * Takes what it asks for.
   *
   * @return whether that is news
   */
  boolean advised(CheckAdvice words) {
    CheckAdvice before = endpoint.advice();
    CheckAdvice now = words.over(before);
    endpoint.advise(now);
    return !now.equals(before);
  }

  /** Forgets what it has asked for, and what was warned of. */
  void forgetWords() {
    endpoint.advise(CheckAdvice.NONE);
    warning = "";
  }

  /**
   * Takes what somebody should see to.
   *
   * @return whether that is news
   */
  boolean warned(String words) {
    boolean news = !words.equals(warning);
    warning = words;
    return news;
  }

  /** Whether this endpoint is to be probed at all. */
  boolean wantsMonitor() {
    return declared().checked() && told() != EndpointMode.MAINTENANCE;
  }

  /**
   * Takes what is known of the host now.
   *
   * @return whether that changes where to connect
   */
  boolean resolved(Resolution changed) {
    Optional<InetAddress> before = current();
    boolean first = resolution == null;
    resolution = changed;
    turn = Math.max(0, before.map(changed.addresses()::indexOf).orElse(0));
    if (!first && current().equals(before)) {
      return false;
    }
    move();
    HealthMonitor probing = monitor;
    if (probing != null) {
      probing.addressChanged();
    }
    return true;
  }

  /** After a change of the address whose turn it is. */
  private void move() {
    Optional<InetAddress> current = current();
    endpoint.moveTo(
        current.map(address -> new InetSocketAddress(address, declared().port())).orElse(null));
  }

  /** A host with several addresses is given up only after each of them had its turn. */
  void tryOtherAddress() {
    Resolution known = resolution;
    if (known != null && known.addresses().size() > 1) {
      turn++;
      move();
    }
  }

  ProbeAddress probeAddress() {
    Optional<InetAddress> current = current();
    if (current.isPresent()) {
      return new ProbeAddress.Known(current.get());
    }
    Resolution known = resolution;
    return known == null ? new ProbeAddress.Pending() : new ProbeAddress.Unknown(known.fault());
  }

  /** Whether its first probe, if it has one to wait for, has ended. */
  boolean judged() {
    HealthMonitor probing = monitor;
    return probing == null || probing.proven();
  }

  /** Its verdict, where it is in use at all. */
  boolean up() {
    HealthMonitor probing = monitor;
    return (probing == null || probing.health().up()) && mode() != EndpointMode.MAINTENANCE;
  }

  /** How good it is now; empty when it takes no new sessions. */
  Optional<Standing> standing() {
    if (mode() != EndpointMode.ENABLED || endpoint.address() == null) {
      return Optional.empty();
    }
    Standing usable = backup() ? Standing.BACKUP : Standing.PRIMARY;
    Standing trusted = conduct.ejected() ? Standing.EJECTED : usable;
    HealthMonitor probing = monitor;
    if (probing == null) {
      return Optional.of(trusted);
    }
    if (!probing.proven()) {
      return Optional.of(Standing.UNPROVEN);
    }
    if (!probing.health().up()) {
      return Optional.of(Standing.DOWN);
    }
    return Optional.of(probing.avoided() && !conduct.ejected() ? Standing.AVOIDED : trusted);
  }

  /**
   * What people are told.
   *
   * @param now on the control loop's clock
   */
  EndpointStatus status(long now) {
    HealthMonitor probing = monitor;
    Resolution known = resolution;
    Endpoint said = declared();
    List<InetAddress> inTurn = new ArrayList<>(known == null ? List.of() : known.addresses());
    Collections.rotate(inTurn, -turn);
    List<String> addresses = inTurn.stream().map(Addresses::text).toList();
    return new EndpointStatus(
        said.name(),
        said.host(),
        said.port(),
        addresses,
        said.zone(),
        said.role().name().toLowerCase(Locale.ROOT),
        mode().name().toLowerCase(Locale.ROOT),
        ordered == EndpointMode.ENABLED ? "" : ordered.name().toLowerCase(Locale.ROOT),
        endpoint.weight(),
        probing == null ? "unchecked" : probing.health().text(),
        up(),
        probing == null || probing.proven(),
        probing != null && probing.avoided(),
        conduct.left(now).toMillis(),
        lastCheck(probing, known),
        endpoint.activeSessions(),
        endpoint.totalSessions(),
        endpoint.connectFailures(),
        endpoint.checkFailures(),
        endpoint.sessionFailures(),
        endpoint.ejections());
  }

  /**
   * What is wrong with it, in words that follow its name; empty when nothing is.
   *
   * @param now on the control loop's clock
   */
  Optional<String> ailment(long now) {
    HealthMonitor probing = monitor;
    Resolution known = resolution;
    if (mode() == EndpointMode.MAINTENANCE) {
      return Optional.empty();
    }
    if (probing != null && probing.proven() && !probing.health().up()) {
      return Optional.of("is down: " + lastCheck(probing, known));
    }
    if (conduct.ejected()) {
      long seconds = Math.max(1, conduct.left(now).plusMillis(999).toSeconds());
      return Optional.of("is ejected for another " + seconds + " s: " + conduct.why());
    }
    if (!warning.isEmpty()) {
      return Optional.of("needs care: " + warning);
    }
    if (known != null && !known.fault().isEmpty()) {
      String rest = known.addresses().isEmpty() ? "" : "; its last good address goes on";
      return Optional.of("cannot be resolved: " + known.fault() + rest);
    }
    return Optional.empty();
  }

  private static String lastCheck(@Nullable HealthMonitor probing, @Nullable Resolution known) {
    if (probing == null) {
      return known == null || known.fault().isEmpty() ? "" : known.fault();
    }
    return probing.lastResult().map(Member::words).orElse("");
  }

  static String words(CheckResult result) {
    return result.info().isEmpty()
        ? result.status().text()
        : result.status().text() + ": " + result.info();
  }

  private Optional<InetAddress> current() {
    Resolution known = resolution;
    if (known == null || known.addresses().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(known.addresses().get(turn % known.addresses().size()));
  }
}
