package io.sallyport.distribution.log;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.health.CheckResult;
import io.sallyport.engine.event.EngineEvent;
import io.sallyport.engine.event.EngineEvent.CatalogApplied;
import io.sallyport.engine.event.EngineEvent.EndpointAdvised;
import io.sallyport.engine.event.EngineEvent.EndpointAvoided;
import io.sallyport.engine.event.EngineEvent.EndpointEjected;
import io.sallyport.engine.event.EngineEvent.EndpointOrdered;
import io.sallyport.engine.event.EngineEvent.EndpointWarned;
import io.sallyport.engine.event.EngineEvent.FailOpen;
import io.sallyport.engine.event.EngineEvent.HealthChanged;
import io.sallyport.engine.event.EngineEvent.HostResolved;
import io.sallyport.engine.event.EngineEvent.Injected;
import io.sallyport.engine.event.EngineEvent.PhaseChanged;
import io.sallyport.engine.event.EngineEvent.ProbeDiscarded;
import io.sallyport.engine.event.EngineEvent.SessionEnded;
import io.sallyport.engine.event.EngineEvent.VerdictChanged;
import io.sallyport.engine.event.EngineEvents;
import io.sallyport.engine.event.HaproxyLines;
import java.net.InetSocketAddress;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Tells the log what happens in the engine. It only hands lines over, so it may be called on event
 * loops.
 *
 * @since 0.1
 */
public final class EngineEventLog implements EngineEvents {
  private static final int MOST_FAULTS = 100;

  private final Logger log;
  private final Logger haproxy;
  private final Optional<HaproxyLines> lines;
  private final SessionLog sessions;

  /**
   * Logs to a factory's loggers in the form that the settings ask for.
   *
   * @param zone the zone of the dates in HAProxy's lines
   */
  public EngineEventLog(ILoggerFactory loggers, LogSettings settings, ZoneId zone) {
    log = loggers.getLogger(EngineEventLog.class.getName());
    haproxy = loggers.getLogger(LogLine.HAPROXY);
    lines =
        settings.format() == LogFormat.HAPROXY
            ? Optional.of(new HaproxyLines(zone))
            : Optional.empty();
    sessions = settings.sessions();
  }

  @Override
  public void happened(EngineEvent event) {
    if (event instanceof SessionEnded ended && !sessions.wants(ended.end())) {
      return;
    }
    List<String> asHaproxy = lines.map(form -> form.of(event)).orElse(List.of());
    if (!asHaproxy.isEmpty()) {
      asHaproxy.forEach(haproxy::info);
      return;
    }
    switch (event) {
      case SessionEnded ended -> ended(ended);
      case HealthChanged changed -> health(changed);
      case VerdictChanged changed -> verdict(changed);
      case EndpointAvoided avoided -> avoided(avoided);
      case EndpointEjected ejected -> ejected(ejected);
      case EndpointWarned warned -> warned(warned);
      case EndpointAdvised advised -> advised(advised);
      case EndpointOrdered ordered -> ordered(ordered);
      case FailOpen open -> failOpen(open);
      case ProbeDiscarded discarded -> discarded(discarded);
      case PhaseChanged changed -> phase(changed);
      case HostResolved resolved -> resolved(resolved);
      case CatalogApplied applied -> applied(applied);
      case Injected injected -> injected(injected);
    }
  }

  private void ended(SessionEnded event) {
    LoggingEventBuilder line =
        of(Level.INFO, event.service(), event.port())
            .addKeyValue("client", text(event.client()))
            .addKeyValue("end", event.end().tag());
    if (!event.endpoint().isEmpty()) {
      line = line.addKeyValue("endpoint", event.endpoint());
    }
    if (!event.connect().isNegative()) {
      line = line.addKeyValue("connect_ms", event.connect().toMillis());
    }
    if (event.queued().position() > 0) {
      line = line.addKeyValue("queued_ms", event.queued().time().toMillis());
    }
    line.addKeyValue("total_ms", event.total().toMillis())
        .addKeyValue("bytes_up", event.bytesUp())
        .addKeyValue("bytes_down", event.bytesDown())
        .addKeyValue("attempts", event.attempts())
        .addKeyValue("active", event.active().node())
        .log("session ended");
  }

  private void health(HealthChanged event) {
    checked(endpoint(Level.INFO, event.service(), event.port(), event.endpoint()), event.result())
        .addKeyValue("health", event.health())
        .log("endpoint health changed");
  }

  private void verdict(VerdictChanged event) {
    Level level = event.up() ? Level.INFO : Level.WARN;
    checked(endpoint(level, event.service(), event.port(), event.endpoint()), event.reason())
        .addKeyValue("role", event.backup() ? "backup" : "primary")
        .addKeyValue("primaries_up", event.primaries())
        .addKeyValue("backups_up", event.backups())
        .addKeyValue("sessions_closed", event.sessionsClosed())
        .log(event.up() ? "endpoint is up" : "endpoint is down");
  }

  private void avoided(EndpointAvoided event) {
    Level level = event.avoided() ? Level.WARN : Level.INFO;
    endpoint(level, event.service(), event.port(), event.endpoint())
        .addKeyValue("reason", event.reason())
        .log(
            event.avoided()
                ? "new sessions avoid the endpoint"
                : "new sessions use the endpoint again");
  }

  private void ejected(EndpointEjected event) {
    LoggingEventBuilder line =
        endpoint(
                event.ejected() ? Level.WARN : Level.INFO,
                event.service(),
                event.port(),
                event.endpoint())
            .addKeyValue("reason", event.reason());
    if (event.ejected()) {
      line.addKeyValue("time_ms", event.time().toMillis()).log("endpoint is ejected");
    } else {
      line.log("endpoint is no longer ejected");
    }
  }

  private void warned(EndpointWarned event) {
    if (event.warning().isEmpty()) {
      endpoint(Level.INFO, event.service(), event.port(), event.endpoint())
          .log("endpoint needs no more care");
    } else {
      endpoint(Level.WARN, event.service(), event.port(), event.endpoint())
          .addKeyValue("reason", event.warning())
          .log("endpoint needs care");
    }
  }

  private void advised(EndpointAdvised event) {
    endpoint(Level.INFO, event.service(), event.port(), event.endpoint())
        .addKeyValue("mode", event.mode().name().toLowerCase(Locale.ROOT))
        .addKeyValue("weight", event.weight())
        .addKeyValue("max_sessions", event.maxSessions())
        .log("endpoint asked to be treated so");
  }

  private void ordered(EndpointOrdered event) {
    endpoint(Level.WARN, event.service(), event.port(), event.endpoint())
        .addKeyValue("ordered", event.mode().name().toLowerCase(Locale.ROOT))
        .addKeyValue("mode", event.now().name().toLowerCase(Locale.ROOT))
        .log("endpoint is treated as an operator asked");
  }

  private void failOpen(FailOpen event) {
    of(event.open() ? Level.WARN : Level.INFO, event.service(), event.port())
        .addKeyValue("reason", event.reason())
        .log(
            event.open()
                ? "sessions go to endpoints whose checks have not passed"
                : "sessions go to checked endpoints again");
  }

  private void discarded(ProbeDiscarded event) {
    endpoint(Level.WARN, event.service(), event.port(), event.endpoint())
        .addKeyValue("late_ms", event.late().toMillis())
        .log("a probe was repeated: the node was too busy to hear its answer");
  }

  private void phase(PhaseChanged event) {
    boolean failed = event.phase().equals("failed");
    LoggingEventBuilder line =
        log.atLevel(failed ? Level.ERROR : Level.INFO)
            .addKeyValue("service", event.service())
            .addKeyValue("phase", event.phase());
    reason(line, event.reason()).log(failed ? "service failed" : "service moved on");
  }

  private void resolved(HostResolved event) {
    boolean failed = !event.fault().isEmpty();
    LoggingEventBuilder line =
        log.atLevel(failed ? Level.WARN : Level.INFO)
            .addKeyValue("host", event.host())
            .addKeyValue("addresses", String.join(",", event.addresses()));
    if (failed) {
      line = line.addKeyValue("reason", event.fault());
    }
    line.log(failed ? "host could not be resolved" : "host resolved");
  }

  private void applied(CatalogApplied event) {
    String revision = event.revision().toString();
    log.atInfo()
        .addKeyValue("revision", revision)
        .addKeyValue("services", event.services())
        .addKeyValue("changed", event.changed())
        .addKeyValue("took_ms", event.took().toMillis())
        .addKeyValue("faults", event.faults().size())
        .log("catalog applied");
    event.faults().stream()
        .limit(MOST_FAULTS)
        .forEach(fault ->
            log.atWarn()
                .addKeyValue("revision", revision)
                .addKeyValue("reason", fault)
                .log("a part of the catalog does not work"));
    int untold = event.faults().size() - MOST_FAULTS;
    if (untold > 0) {
      log.atWarn()
          .addKeyValue("revision", revision)
          .addKeyValue("count", untold)
          .log("more parts of the catalog do not work: the status tells all");
    }
  }

  private void injected(Injected event) {
    if (event.changes() > 0) {
      log.atInfo()
          .addKeyValue("injector", event.injector())
          .addKeyValue("changes", event.changes())
          .log("node changed");
    }
    if (!event.note().isEmpty()) {
      log.atWarn()
          .addKeyValue("injector", event.injector())
          .addKeyValue("note", event.note())
          .log("injector found something to know");
    }
    for (String refusal : event.refusals()) {
      log.atError()
          .addKeyValue("injector", event.injector())
          .addKeyValue("reason", refusal)
          .log("the node refused an injection");
    }
  }

  private LoggingEventBuilder of(Level level, String service, int port) {
    return log.atLevel(level).addKeyValue("service", service).addKeyValue("port", port);
  }

  private LoggingEventBuilder endpoint(Level level, String service, int port, String endpoint) {
    return of(level, service, port).addKeyValue("endpoint", endpoint);
  }

  private static LoggingEventBuilder checked(LoggingEventBuilder line, CheckResult result) {
    LoggingEventBuilder with = line.addKeyValue("check", result.status().text());
    if (result.code().isPresent()) {
      with = with.addKeyValue("code", result.code().getAsInt());
    }
    if (!result.info().isEmpty()) {
      with = with.addKeyValue("info", result.info());
    }
    return with.addKeyValue("check_ms", result.duration().toMillis());
  }

  private static LoggingEventBuilder reason(LoggingEventBuilder line, String reason) {
    return reason.isEmpty() ? line : line.addKeyValue("reason", reason);
  }

  private static String text(InetSocketAddress address) {
    return Addresses.text(address.getAddress(), address.getPort());
  }
}
