package io.sallyport.engine.event;

import static java.time.temporal.ChronoField.DAY_OF_MONTH;
import static java.time.temporal.ChronoField.HOUR_OF_DAY;
import static java.time.temporal.ChronoField.MILLI_OF_SECOND;
import static java.time.temporal.ChronoField.MINUTE_OF_HOUR;
import static java.time.temporal.ChronoField.MONTH_OF_YEAR;
import static java.time.temporal.ChronoField.SECOND_OF_MINUTE;
import static java.time.temporal.ChronoField.YEAR;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.health.CheckResult;
import io.sallyport.engine.event.EngineEvent.ActiveSessions;
import io.sallyport.engine.event.EngineEvent.HealthChanged;
import io.sallyport.engine.event.EngineEvent.SessionEnded;
import io.sallyport.engine.event.EngineEvent.VerdictChanged;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The lines that HAProxy would log for what happened, for the parsers that exist: {@code option
 * tcplog} and {@code option log-health-checks}, without the syslog header in front.
 *
 * <p>A listener is what HAProxy calls a {@code listen} section: its frontend and its backend have
 * one name, the service's id and the listening port, as in {@code icr:443}. An endpoint is a server
 * of its name. Sessions wait in the backend's queue and in no server's, so that of the two queues
 * at the end of a line the first is 0; a session that did not wait has a waiting time of 0 once an
 * endpoint was tried. As with {@code log-health-checks}, the lines of a verdict give no reason: the
 * line of the check in front of them does.
 *
 * <p>Pure; any thread.
 *
 * @param zone the zone of the dates, in HAProxy the host's
 * @since 0.1
 */
public record HaproxyLines(ZoneId zone) {
  private static final DateTimeFormatter DATE =
      new DateTimeFormatterBuilder()
          .appendValue(DAY_OF_MONTH, 2)
          .appendLiteral('/')
          // Given here, since locales disagree on the short form of September.
          .appendText(
              MONTH_OF_YEAR,
              Map.ofEntries(
                  Map.entry(1L, "Jan"),
                  Map.entry(2L, "Feb"),
                  Map.entry(3L, "Mar"),
                  Map.entry(4L, "Apr"),
                  Map.entry(5L, "May"),
                  Map.entry(6L, "Jun"),
                  Map.entry(7L, "Jul"),
                  Map.entry(8L, "Aug"),
                  Map.entry(9L, "Sep"),
                  Map.entry(10L, "Oct"),
                  Map.entry(11L, "Nov"),
                  Map.entry(12L, "Dec")))
          .appendLiteral('/')
          .appendValue(YEAR, 4)
          .appendLiteral(':')
          .appendValue(HOUR_OF_DAY, 2)
          .appendLiteral(':')
          .appendValue(MINUTE_OF_HOUR, 2)
          .appendLiteral(':')
          .appendValue(SECOND_OF_MINUTE, 2)
          .appendLiteral('.')
          .appendValue(MILLI_OF_SECOND, 3)
          .toFormatter(Locale.ROOT);

  private static final String NO_SERVER = "<NOSRV>";

  /** HAProxy's lines for an event, in their order; none for what HAProxy does not log. */
  public List<String> of(EngineEvent event) {
    return switch (event) {
      case SessionEnded ended -> List.of(session(ended));
      case HealthChanged changed -> List.of(check(changed));
      case VerdictChanged changed -> verdict(changed);
      case EngineEvent.EndpointAvoided _,
          EngineEvent.EndpointEjected _,
          EngineEvent.EndpointWarned _,
          EngineEvent.EndpointAdvised _,
          EngineEvent.EndpointOrdered _,
          EngineEvent.FailOpen _,
          EngineEvent.ProbeDiscarded _,
          EngineEvent.PhaseChanged _,
          EngineEvent.HostResolved _,
          EngineEvent.CatalogApplied _,
          EngineEvent.Injected _ ->
          List.of();
    };
  }

  private String session(SessionEnded ended) {
    boolean tried = !ended.endpoint().isEmpty();
    String listener = listener(ended.service(), ended.port());
    String server = tried ? name(ended.endpoint()) : NO_SERVER;
    long waited = ended.queued().position() > 0 ? ended.queued().time().toMillis() : tried ? 0 : -1;
    long connect =
        ended.connect().isNegative() ? -1 : ended.connect().minus(ended.queued().time()).toMillis();
    int retries = Math.max(0, ended.attempts() - 1);
    ActiveSessions active = ended.active();
    return Addresses.text(ended.client().getAddress())
        + ":"
        + ended.client().getPort()
        + (" [" + DATE.format(ended.accepted().atZone(zone)) + "]")
        + (" " + listener + " " + listener + "/" + server)
        + (" " + waited + "/" + connect + "/" + ended.total().toMillis())
        + (" " + ended.bytesDown() + " " + ended.end().code())
        + (" " + active.node() + "/" + active.listener())
        // HAProxy has left the backend and the server when it logs, and not yet the frontend.
        + ("/" + others(active.listener()) + "/" + (tried ? others(active.endpoint()) : 0))
        + ("/" + (ended.moved() ? "+" : "") + retries)
        + (" 0/" + ended.queued().position());
  }

  private static String check(HealthChanged changed) {
    CheckResult result = changed.result();
    StringBuilder line = new StringBuilder("Health check for ");
    line.append(changed.backup() ? "backup server " : "server ")
        .append(server(changed.service(), changed.port(), changed.endpoint()))
        .append(result.status().passed() ? " succeeded" : " failed")
        .append(", reason: ")
        .append(result.status().text());
    result.code().ifPresent(code -> line.append(", code: ").append(code));
    if (!result.info().isEmpty()) {
      line.append(", info: \"").append(quoted(result.info())).append('"');
    }
    line.append(", check duration: ").append(millis(result.duration())).append("ms");
    return line.append(", status: ").append(changed.health()).append('.').toString();
  }

  private static List<String> verdict(VerdictChanged changed) {
    int primaries = changed.primaries();
    int backups = changed.backups();
    String counts = primaries + " active and " + backups + " backup servers ";
    String onBackup = primaries == 0 && backups > 0 ? " Running on backup." : "";
    String server =
        (changed.backup() ? "Backup Server " : "Server ")
            + server(changed.service(), changed.port(), changed.endpoint());
    if (changed.up()) {
      return List.of(
          server
              + " is UP. "
              + counts
              + "online."
              + onBackup
              + " 0 sessions requeued, 0 total in queue.");
    }
    String down =
        server
            + " is DOWN. "
            + counts
            + "left."
            + onBackup
            + (" " + changed.sessions() + " sessions active")
            + ", 0 requeued, 0 remaining in queue.";
    return primaries == 0 && backups == 0
        ? List.of(
            down,
            "backend " + listener(changed.service(), changed.port()) + " has no server available!")
        : List.of(down);
  }

  private static long millis(Duration duration) {
    return Math.max(0, duration.toMillis());
  }

  private static int others(int active) {
    return Math.max(0, active - 1);
  }

  private static String listener(String service, int port) {
    return name(service) + ":" + port;
  }

  private static String server(String service, int port, String endpoint) {
    return listener(service, port) + "/" + name(endpoint);
  }

  /** A name that cannot break a line or a field of it; HAProxy allows no others. */
  private static String name(String text) {
    StringBuilder name = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      name.append(c > ' ' && c < 0x7f && c != '/' ? c : '_');
    }
    return name.toString();
  }

  /** What HAProxy does to a text between quotes: {@code <22>} for a quote in it. */
  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder(text.length());
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      boolean plain = b >= ' ' && b < 0x7f && b != '"' && b != '<' && b != '>';
      quoted.append(plain ? String.valueOf((char) b) : String.format("<%02X>", b & 0xff));
    }
    return quoted.toString();
  }
}
