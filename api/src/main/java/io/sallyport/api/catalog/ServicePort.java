package io.sallyport.api.catalog;

import io.sallyport.api.plugin.Strategy;
import java.util.List;
import java.util.Objects;

/**
 * One port of a service: what makes a listener and the cluster behind it. Everything that the
 * catalog's defaults supply is filled in.
 *
 * @param listen the port that the node accepts on, from 1 to 65535
 * @param endpoints where sessions go, in the order of the catalog; at least one
 * @param balancer how sessions spread over them
 * @param spreading what is decided in front of the balancer
 * @param health how they are checked
 * @param timeouts how long a session may wait
 * @param tcp what the kernel does for both sides
 * @param connectAttempts connection attempts within one session, at least 1
 * @param maxSessions sessions at once; beyond it no connection is accepted until one ends; 0 means
 *     no limit
 * @param onDown what a bad verdict means for sessions
 * @param onUp what a primary's return means for sessions on backups
 * @param allDown where sessions go when every endpoint looks dead
 * @param preamble what comes before a session's own bytes
 * @param admission whose sessions are taken, and which of them wait
 * @since 0.1
 */
public record ServicePort(
    int listen,
    List<Endpoint> endpoints,
    Strategy balancer,
    Spreading spreading,
    HealthPolicy health,
    Timeouts timeouts,
    TcpOptions tcp,
    int connectAttempts,
    int maxSessions,
    OnDown onDown,
    OnUp onUp,
    AllDown allDown,
    Preamble preamble,
    Admission admission) {
  private static final int MOST_ATTEMPTS = 100;

  /** One that is {@linkplain Admission#OPEN open} to everybody, and where none waits. */
  public ServicePort(
      int listen,
      List<Endpoint> endpoints,
      Strategy balancer,
      Spreading spreading,
      HealthPolicy health,
      Timeouts timeouts,
      TcpOptions tcp,
      int connectAttempts,
      int maxSessions,
      OnDown onDown,
      OnUp onUp,
      AllDown allDown,
      Preamble preamble) {
    this(
        listen,
        endpoints,
        balancer,
        spreading,
        health,
        timeouts,
        tcp,
        connectAttempts,
        maxSessions,
        onDown,
        onUp,
        allDown,
        preamble,
        Admission.OPEN);
  }

  /** One without a {@linkplain Preamble#NONE preamble}. */
  public ServicePort(
      int listen,
      List<Endpoint> endpoints,
      Strategy balancer,
      Spreading spreading,
      HealthPolicy health,
      Timeouts timeouts,
      TcpOptions tcp,
      int connectAttempts,
      int maxSessions,
      OnDown onDown,
      OnUp onUp,
      AllDown allDown) {
    this(
        listen,
        endpoints,
        balancer,
        spreading,
        health,
        timeouts,
        tcp,
        connectAttempts,
        maxSessions,
        onDown,
        onUp,
        allDown,
        Preamble.NONE);
  }

  /** The same with another preamble. */
  public ServicePort with(Preamble other) {
    return new ServicePort(
        listen,
        endpoints,
        balancer,
        spreading,
        health,
        timeouts,
        tcp,
        connectAttempts,
        maxSessions,
        onDown,
        onUp,
        allDown,
        other,
        admission);
  }

  /** The same with another admission. */
  public ServicePort with(Admission other) {
    return new ServicePort(
        listen,
        endpoints,
        balancer,
        spreading,
        health,
        timeouts,
        tcp,
        connectAttempts,
        maxSessions,
        onDown,
        onUp,
        allDown,
        preamble,
        other);
  }

  /** The same with other endpoints. */
  public ServicePort with(List<Endpoint> others) {
    return new ServicePort(
        listen,
        others,
        balancer,
        spreading,
        health,
        timeouts,
        tcp,
        connectAttempts,
        maxSessions,
        onDown,
        onUp,
        allDown,
        preamble,
        admission);
  }

  /** One that leaves all in front of the balancer {@linkplain Spreading#PLAIN plain}. */
  public ServicePort(
      int listen,
      List<Endpoint> endpoints,
      Strategy balancer,
      HealthPolicy health,
      Timeouts timeouts,
      TcpOptions tcp,
      int connectAttempts,
      int maxSessions,
      OnDown onDown,
      OnUp onUp,
      AllDown allDown) {
    this(
        listen,
        endpoints,
        balancer,
        Spreading.PLAIN,
        health,
        timeouts,
        tcp,
        connectAttempts,
        maxSessions,
        onDown,
        onUp,
        allDown);
  }

  /**
   * Copies the endpoints and checks the numbers.
   *
   * @throws IllegalArgumentException when a number is out of its bounds
   */
  public ServicePort {
    endpoints = List.copyOf(endpoints);
    Objects.requireNonNull(balancer, "balancer");
    Objects.requireNonNull(spreading, "spreading");
    Objects.requireNonNull(health, "health");
    Objects.requireNonNull(timeouts, "timeouts");
    Objects.requireNonNull(tcp, "tcp");
    Objects.requireNonNull(onDown, "onDown");
    Objects.requireNonNull(onUp, "onUp");
    Objects.requireNonNull(allDown, "allDown");
    Objects.requireNonNull(preamble, "preamble");
    Objects.requireNonNull(admission, "admission");
    Bounds.port(listen, "listen");
    Bounds.within(connectAttempts, 1, MOST_ATTEMPTS, "connectAttempts");
    Bounds.within(maxSessions, 0, Integer.MAX_VALUE, "maxSessions");
  }
}
