package io.sallyport.engine.event;

import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.health.CheckResult;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Something that happened in an engine.
 *
 * @since 0.1
 */
public sealed interface EngineEvent {
  /**
   * A session ended. Event loop.
   *
   * @param service the service's id
   * @param port the listening port
   * @param client the client's address and port
   * @param accepted when it was accepted
   * @param endpoint the name of the endpoint reached, or else of the last one tried; empty when
   *     none was tried
   * @param connect from acceptance to the endpoint's answer, time in a queue included; negative
   *     when none answered
   * @param total from acceptance to the end
   * @param bytesUp bytes from client to endpoint
   * @param bytesDown bytes from endpoint to client
   * @param end the reason
   * @param attempts connection attempts made
   * @param moved whether another endpoint than the first one was tried
   * @param active sessions of the node, the listener, and the endpoint when it ended, itself
   *     included
   * @param queued its time in the listener's queue
   */
  record SessionEnded(
      String service,
      int port,
      InetSocketAddress client,
      Instant accepted,
      String endpoint,
      Duration connect,
      Duration total,
      long bytesUp,
      long bytesDown,
      SessionEnd end,
      int attempts,
      boolean moved,
      ActiveSessions active,
      Queued queued)
      implements EngineEvent {
    /** One that did not wait in a queue. */
    public SessionEnded(
        String service,
        int port,
        InetSocketAddress client,
        Instant accepted,
        String endpoint,
        Duration connect,
        Duration total,
        long bytesUp,
        long bytesDown,
        SessionEnd end,
        int attempts,
        boolean moved,
        ActiveSessions active) {
      this(
          service,
          port,
          client,
          accepted,
          endpoint,
          connect,
          total,
          bytesUp,
          bytesDown,
          end,
          attempts,
          moved,
          active,
          Queued.NOT);
    }
  }

  /**
   * A session's time in its listener's queue.
   *
   * @param time how long it waited there, all times together
   * @param position one more than how many others left the queue for an endpoint meanwhile, which
   *     is what HAProxy logs; 0 when it was never there
   */
  record Queued(Duration time, int position) {
    /** It was never there. */
    public static final Queued NOT = new Queued(Duration.ZERO, 0);
  }

  /** Sessions at once: of the node, the listener, and the endpoint. */
  record ActiveSessions(int node, int listener, int endpoint) {}

  /**
   * A probe changed an endpoint's health or was the first to end this way. Control thread.
   *
   * @param health as shown to people, such as {@code 2/3 UP}
   */
  record HealthChanged(
      String service, int port, String endpoint, boolean backup, CheckResult result, String health)
      implements EngineEvent {}

  /**
   * An endpoint's verdict changed. Control thread.
   *
   * @param up the new verdict
   * @param reason what the deciding probe found
   * @param primaries healthy primary endpoints of the listener, after the change
   * @param backups healthy backups of the listener, after the change
   * @param sessions sessions on the endpoint at that moment, those about to be closed included
   * @param sessionsClosed sessions closed by the service's policy
   */
  record VerdictChanged(
      String service,
      int port,
      String endpoint,
      boolean backup,
      boolean up,
      CheckResult reason,
      int primaries,
      int backups,
      int sessions,
      int sessionsClosed)
      implements EngineEvent {}

  /**
   * Live sessions could not reach an endpoint, or could again: new sessions avoid it meanwhile.
   * Control thread.
   *
   * @param avoided true when it is avoided from now on
   */
  record EndpointAvoided(String service, int port, String endpoint, boolean avoided, String reason)
      implements EngineEvent {}

  /**
   * An endpoint that failed live sessions is left out for a time, or is back. Control thread.
   *
   * @param ejected true when it is left out from now on
   * @param time for how long; zero when it is back
   */
  record EndpointEjected(
      String service, int port, String endpoint, boolean ejected, Duration time, String reason)
      implements EngineEvent {}

  /**
   * A probe found something that somebody should see to, such as a certificate that ends soon, or
   * found it no more. Control thread.
   *
   * @param warning empty when there is nothing to see to any more
   */
  record EndpointWarned(String service, int port, String endpoint, String warning)
      implements EngineEvent {}

  /**
   * An endpoint asked for something through its check. Control thread.
   *
   * @param mode what holds for it now
   * @param weight what holds for it now
   * @param maxSessions at once; 0 means no limit
   */
  record EndpointAdvised(
      String service, int port, String endpoint, EndpointMode mode, int weight, int maxSessions)
      implements EngineEvent {}

  /**
   * An operator asked for an endpoint to be treated so. Control thread.
   *
   * @param mode what was asked for; {@code ENABLED} takes back what was asked for before
   * @param now what holds for it now
   */
  record EndpointOrdered(
      String service, int port, String endpoint, EndpointMode mode, EndpointMode now)
      implements EngineEvent {}

  /**
   * A listener has no endpoint that passed its checks, or has one again. Control thread.
   *
   * @param open true while sessions go to endpoints whose checks have not passed
   */
  record FailOpen(String service, int port, boolean open, String reason) implements EngineEvent {}

  /**
   * A probe counted for nothing, because this node was too busy to hear its answer. Control thread.
   *
   * @param late how much later than the probe's timeout the node came to look
   */
  record ProbeDiscarded(String service, int port, String endpoint, Duration late)
      implements EngineEvent {}

  /** A service moved on. Control thread. */
  record PhaseChanged(String service, String phase, String reason) implements EngineEvent {}

  /** A host name's addresses changed, or could not be asked for. Control thread. */
  record HostResolved(String host, List<String> addresses, String fault) implements EngineEvent {}

  /**
   * A catalog was taken; its operations have been carried out as far as they could.
   *
   * @param took how long that took: addresses, listeners, but no probes and no names
   */
  record CatalogApplied(
      Revision revision, int services, int changed, Duration took, List<String> faults)
      implements EngineEvent {}

  /** A host injector did something, refused something, or saw a foreign change. */
  record Injected(String injector, int changes, String note, List<String> refusals)
      implements EngineEvent {}
}
