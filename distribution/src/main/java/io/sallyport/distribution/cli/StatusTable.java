package io.sallyport.distribution.cli;

import io.sallyport.api.catalog.Revision;
import io.sallyport.distribution.status.AgentStatus;
import io.sallyport.distribution.status.CatalogStatus;
import io.sallyport.engine.status.EndpointStatus;
import io.sallyport.engine.status.InjectorStatus;
import io.sallyport.engine.status.ListenerStatus;
import io.sallyport.engine.status.NodeStatus;
import io.sallyport.engine.status.ServiceStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A status for people: what is wrong first, then each service with its endpoints. */
final class StatusTable {
  private static final List<String> HEADINGS =
      List.of("ENDPOINT", "HEALTH", "SESSIONS", "FAILED", "ZONE", "ADDRESS", "LAST CHECK", "");

  /** Numbers stand to the right. */
  private static final List<Integer> NUMBERS = List.of(2, 3);

  private final Paint paint;
  private final StringBuilder out = new StringBuilder();

  private StatusTable(Paint paint) {
    this.paint = paint;
  }

  static String of(AgentStatus status, Paint paint) {
    StatusTable table = new StatusTable(paint);
    table.agent(status);
    table.wrong(status);
    status.node().services().forEach(table::service);
    table.injectors(status.node().injectors());
    return table.out.toString();
  }

  private void agent(AgentStatus status) {
    NodeStatus node = status.node();
    line(
        paint.strong("sallyport " + status.version()),
        ", process ",
        status.pid(),
        ", ",
        node.transport(),
        " with ",
        count(node.eventLoops(), "event loop"),
        ", up ",
        span(Duration.between(node.startedAt(), node.at())),
        node.ready() ? "" : ", " + paint.odd("not ready yet"));
    if (status.catalog().ofFile()) {
      file(status.catalog(), node.at());
    } else {
      source(status.catalog(), node.at());
    }
    line(count(node.activeSessions(), "session"), " now, ", node.totalSessions(), " so far");
  }

  private void file(CatalogStatus catalog, Instant now) {
    line(
        "catalog ",
        catalog.file(),
        ", revision ",
        catalog.revision(),
        catalog.fromLastGood() ? " (kept from an earlier run)" : "",
        ", taken ",
        span(Duration.between(catalog.appliedAt(), now)),
        " ago");
  }

  private void source(CatalogStatus catalog, Instant now) {
    boolean connected = catalog.state().equals(CatalogStatus.CONNECTED);
    String lasting = catalog.state() + " for " + span(Duration.between(catalog.since(), now));
    line("catalog from ", catalog.file(), ", ", connected ? lasting : paint.odd(lasting));
    String age = span(Duration.between(catalog.appliedAt(), now));
    if (catalog.revision().equals(Revision.NONE.toString())) {
      line("no catalog yet");
    } else if (catalog.fromLastGood()) {
      String kept = " (from the disk, kept " + age + " ago, not confirmed since the start)";
      line("revision ", catalog.revision(), paint.odd(kept));
    } else {
      line("revision ", catalog.revision(), ", taken ", age, " ago");
    }
  }

  private void wrong(AgentStatus status) {
    line();
    if (status.wrong().isEmpty()) {
      line(paint.good("nothing is wrong"));
    } else {
      line(paint.bad(paint.strong("WRONG")));
      for (String fault : status.wrong()) {
        line("  ", paint.bad("! "), fault);
      }
      if (status.catalog().refused()) {
        status.catalog().problems().forEach(problem -> line("    ", problem));
      }
    }
    for (String warning : status.catalog().warnings()) {
      line("  ", paint.odd("? "), warning);
    }
  }

  private void service(ServiceStatus service) {
    line();
    boolean serving = service.phase().equals("serving");
    line(
        paint.strong(service.id()),
        "  ",
        serving
            ? paint.good(service.phase())
            : service.phase().equals("failed")
                ? paint.bad(service.phase())
                : paint.odd(service.phase()),
        "  ",
        service.address(),
        service.addressOwned() ? "" : paint.bad(" (not in place)"),
        "  ",
        String.join(" ", service.names()),
        service.names().isEmpty() || service.namesPublished() ? "" : paint.odd(" (not published)"));
    if (!service.reason().isEmpty()) {
      line("  ", paint.odd(service.reason()));
    }
    for (ListenerStatus listener : service.listeners()) {
      listener(listener);
    }
  }

  private void listener(ListenerStatus listener) {
    boolean open = listener.state().equals("open");
    line(
        "  :",
        listener.port(),
        "  ",
        open ? listener.state() : paint.odd(listener.state()),
        listener.reason().isEmpty() ? "" : " (" + listener.reason() + ")",
        "  ",
        count(listener.activeSessions(), "session"),
        " now, ",
        listener.queuedSessions() == 0
            ? ""
            : paint.odd(listener.queuedSessions() + " waiting") + ", ",
        listener.totalSessions(),
        " so far, ",
        listener.failedSessions(),
        " failed",
        listener.failOpen() ? "  " + paint.odd("fail open: no check has passed") : "");
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADINGS);
    listener.endpoints().forEach(endpoint -> rows.add(row(endpoint)));
    int[] widths = widths(rows);
    for (int r = 0; r < rows.size(); r++) {
      EndpointStatus endpoint = r == 0 ? null : listener.endpoints().get(r - 1);
      UnaryOperator<String> health =
          endpoint == null ? text -> text : text -> painted(endpoint, text);
      StringBuilder row = new StringBuilder("    ");
      for (int c = 0; c < widths.length; c++) {
        String cell = rows.get(r).get(c);
        String space = " ".repeat(widths[c] - cell.length());
        String shown = c == 1 ? health.apply(cell) : cell;
        row.append(NUMBERS.contains(c) ? space + shown : shown + space).append("  ");
      }
      line(r == 0 ? paint.faint(row.toString().stripTrailing()) : row.toString().stripTrailing());
    }
  }

  private static List<String> row(EndpointStatus endpoint) {
    List<String> notes = new ArrayList<>();
    if (!endpoint.role().equals("primary")) {
      notes.add(endpoint.role());
    }
    if (!endpoint.mode().equals("enabled")) {
      boolean ordered = endpoint.mode().equals(endpoint.ordered());
      notes.add(endpoint.mode() + (ordered ? " by an operator" : ""));
    }
    if (endpoint.weight() != 1) {
      notes.add("weight " + endpoint.weight());
    }
    if (endpoint.ejectedMillis() > 0) {
      notes.add("ejected for another " + span(Duration.ofMillis(endpoint.ejectedMillis() + 999)));
    }
    if (endpoint.avoided()) {
      notes.add("avoided by new sessions");
    }
    return List.of(
        endpoint.name(),
        endpoint.health(),
        String.valueOf(endpoint.activeSessions()),
        String.valueOf(endpoint.connectFailures()),
        endpoint.zone(),
        endpoint.addresses().isEmpty()
            ? "unresolved"
            : endpoint.addresses().getFirst() + " port " + endpoint.port(),
        endpoint.lastCheck(),
        String.join(", ", notes));
  }

  private String painted(EndpointStatus endpoint, String text) {
    if (!endpoint.up()) {
      return paint.bad(text);
    }
    boolean odd = endpoint.avoided() || endpoint.ejectedMillis() > 0 || !endpoint.proven();
    return odd ? paint.odd(text) : paint.good(text);
  }

  private void injectors(List<InjectorStatus> injectors) {
    if (injectors.isEmpty()) {
      return;
    }
    line();
    for (InjectorStatus injector : injectors) {
      line(
          injector.phase().equals("address") ? "addresses" : "names",
          " by ",
          injector.type(),
          ": ",
          injector.inPlace(),
          " in place",
          injector.refused() == 0 ? "" : ", " + paint.bad(injector.refused() + " refused"),
          injector.note().isEmpty() ? "" : "  " + paint.odd(injector.note()));
    }
  }

  private static int[] widths(List<List<String>> rows) {
    int[] widths = new int[HEADINGS.size()];
    for (List<String> row : rows) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    return widths;
  }

  private void line(Object... parts) {
    for (Object part : parts) {
      out.append(part);
    }
    out.append('\n');
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  /** The two largest units: {@code 3h 12m}, {@code 45s}. */
  private static String span(Duration span) {
    long seconds = Math.max(0, span.toSeconds());
    if (seconds < 60) {
      return seconds + "s";
    }
    if (seconds < 3_600) {
      return seconds / 60 + "m " + seconds % 60 + "s";
    }
    if (seconds < 86_400) {
      return seconds / 3_600 + "h " + seconds % 3_600 / 60 + "m";
    }
    return seconds / 86_400 + "d " + seconds % 86_400 / 3_600 + "h";
  }
}
