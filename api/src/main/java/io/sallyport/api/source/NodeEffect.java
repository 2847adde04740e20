package io.sallyport.api.source;

import io.sallyport.api.catalog.Revision;
import java.util.List;

/**
 * What truly serves on a node, whatever it was told to do.
 *
 * @param revision of the catalog that was last taken
 * @param services in the order of the catalog
 * @param activeSessions sessions now
 * @param totalSessions sessions since the agent's start
 * @param failedSessions those of them that reached no endpoint
 * @param drift what differs from what the agent left on the node, one sentence each
 * @param wrong everything else that is wrong, one sentence each
 * @since 0.1
 */
public record NodeEffect(
    Revision revision,
    List<ServiceEffect> services,
    int activeSessions,
    long totalSessions,
    long failedSessions,
    List<String> drift,
    List<String> wrong) {
  /** Copies the lists. */
  public NodeEffect {
    services = List.copyOf(services);
    drift = List.copyOf(drift);
    wrong = List.copyOf(wrong);
  }

  /** How far a service has come. Each step implies those before it; taking down is the reverse. */
  public enum Step {
    /** Nothing is in place. */
    NONE,
    /** Its address is the node's. */
    ADDRESS,
    /** Its listeners are open. */
    LISTEN,
    /** An endpoint is known to serve, or none could be asked in time. */
    PROBE,
    /** Its names lead here: it serves. */
    PUBLISH
  }

  /**
   * One service.
   *
   * @param id its key in the catalog
   * @param reached the last step that is done
   * @param reason why it goes no further; empty when it serves, or has had no time to
   * @param stuck whether it has been tried and failed; it is tried again all the same
   * @param activeSessions sessions now
   * @param failedSessions sessions that reached no endpoint, since the listeners opened
   * @param endpoints of all ports
   */
  public record ServiceEffect(
      String id,
      Step reached,
      String reason,
      boolean stuck,
      int activeSessions,
      long failedSessions,
      List<EndpointEffect> endpoints) {
    /** Copies the list. */
    public ServiceEffect {
      endpoints = List.copyOf(endpoints);
    }
  }

  /** An endpoint's health as the node sees it. */
  public enum Health {
    /** Not probed yet, or never to be. */
    UNKNOWN,
    /** It takes sessions. */
    UP,
    /** It is avoided. */
    DOWN,
    /** It takes no new sessions because somebody wants it so. */
    DRAINING
  }

  /**
   * One endpoint behind one port.
   *
   * @param listen the listening port
   * @param name its name in the catalog
   * @param health how it is
   * @param lastCheck what the last check found; empty before the first
   */
  public record EndpointEffect(int listen, String name, Health health, String lastCheck) {}
}
