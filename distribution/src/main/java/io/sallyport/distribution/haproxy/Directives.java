package io.sallyport.distribution.haproxy;

import java.util.Map;
import java.util.Set;

/**
 * Says of each line what becomes of it, unless whoever carries it over does. A line that nobody
 * knows is not carried over, so nothing is lost silently.
 */
final class Directives {
  private static final String LOGS = "the node logs by itself";
  private static final String PROCESS = "concerns HAProxy's own process";
  private static final String HTTP = "means nothing in mode tcp";
  private static final String ALWAYS = "always so here";
  private static final String KERNEL = "the node moves bytes as fast as the kernel lets it";

  private static final Set<String> HANDLED =
      Set.of(
          "balance",
          "bind",
          "default-server",
          "default_backend",
          "disabled",
          "enabled",
          "external-check",
          "http-check",
          "hash-balance-factor",
          "hash-type",
          "maxconn",
          "mode",
          "retries",
          "server",
          "server-template",
          "source",
          "tcp-check",
          "use_backend");

  private static final Map<String, String> NEEDLESS =
      Map.ofEntries(
          Map.entry("log", LOGS),
          Map.entry("log-tag", LOGS),
          Map.entry("backlog", PROCESS),
          Map.entry("bind-process", PROCESS),
          Map.entry("description", PROCESS),
          Map.entry("fullconn", "no limit of an endpoint grows with the sessions"),
          Map.entry("grace", PROCESS),
          Map.entry("guid", PROCESS),
          Map.entry("id", PROCESS),
          Map.entry("load-server-state-from-file", PROCESS),
          Map.entry("server-state-file-name", PROCESS),
          Map.entry("capture", HTTP),
          Map.entry("compression", HTTP),
          Map.entry("cookie", HTTP),
          Map.entry("errorfile", HTTP),
          Map.entry("errorfiles", HTTP),
          Map.entry("errorloc", HTTP),
          Map.entry("errorloc302", HTTP),
          Map.entry("errorloc303", HTTP),
          Map.entry("http-after-response", HTTP),
          Map.entry("http-error", HTTP),
          Map.entry("http-request", HTTP),
          Map.entry("http-response", HTTP),
          Map.entry("http-reuse", HTTP),
          Map.entry("http-send-name-header", HTTP),
          Map.entry("monitor-uri", HTTP),
          Map.entry("redirect", HTTP),
          Map.entry("retry-on", HTTP));

  private static final Set<String> HANDLED_TIMEOUTS =
      Set.of("check", "connect", "client", "queue", "server", "tunnel", "client-fin", "server-fin");

  private static final Map<String, String> NEEDLESS_TIMEOUTS =
      Map.of(
          "http-request", HTTP,
          "http-keep-alive", HTTP,
          "tarpit", HTTP);

  private static final Map<String, String> NEEDLESS_OPTIONS =
      Map.ofEntries(
          Map.entry("allbackups", "sessions spread over all healthy backups"),
          Map.entry("redispatch", ALWAYS),
          Map.entry("abortonclose", ALWAYS),
          Map.entry("tcpka", ALWAYS),
          Map.entry("clitcpka", ALWAYS),
          Map.entry("srvtcpka", ALWAYS),
          Map.entry("contstats", ALWAYS),
          Map.entry("socket-stats", ALWAYS),
          Map.entry("tcplog", LOGS),
          Map.entry("httplog", LOGS),
          Map.entry("httpslog", LOGS),
          Map.entry("dontlognull", LOGS),
          Map.entry("dontlog-normal", LOGS),
          Map.entry("logasap", LOGS),
          Map.entry("log-health-checks", LOGS),
          Map.entry("log-separate-errors", LOGS),
          Map.entry("splice-auto", KERNEL),
          Map.entry("splice-request", KERNEL),
          Map.entry("splice-response", KERNEL),
          Map.entry("tcp-smart-accept", KERNEL),
          Map.entry("tcp-smart-connect", KERNEL),
          Map.entry("accept-invalid-http-request", HTTP),
          Map.entry("accept-invalid-http-response", HTTP),
          Map.entry("accept-unsafe-violations-in-http-request", HTTP),
          Map.entry("accept-unsafe-violations-in-http-response", HTTP),
          Map.entry("checkcache", HTTP),
          Map.entry("disable-h2-upgrade", HTTP),
          Map.entry("forwarded", HTTP),
          Map.entry("forwardfor", HTTP),
          Map.entry("httpclose", HTTP),
          Map.entry("originalto", HTTP),
          Map.entry("prefer-last-server", HTTP));

  private static final Set<String> CHECKS =
      Set.of("ldap-check", "mysql-check", "pgsql-check", "spop-check");

  private static final Set<String> HANDLED_CHECKS =
      Set.of("external-check", "httpchk", "redis-check", "smtpchk", "ssl-hello-chk", "tcp-check");

  private final Notes notes;

  Directives(Notes notes) {
    this.notes = notes;
  }

  void read(Line line) {
    switch (line.keyword()) {
      case "timeout" -> timeout(line);
      case "option" -> option(line);
      case "no" -> notes.information(line.number(), line.text() + ": nothing to switch off here");
      default -> {
        String needless = NEEDLESS.get(line.keyword());
        if (needless != null) {
          notes.information(line.number(), line.text() + ": " + needless);
        } else if (!HANDLED.contains(line.keyword())) {
          notes.notCarried(line.number(), line.text());
        }
      }
    }
  }

  private void timeout(Line line) {
    String needless = NEEDLESS_TIMEOUTS.get(line.word(1));
    if (needless != null) {
      notes.information(line.number(), line.text() + ": " + needless);
    } else if (!HANDLED_TIMEOUTS.contains(line.word(1))) {
      notes.notCarried(line.number(), line.text());
    }
  }

  private void option(Line line) {
    String name = line.word(1);
    String needless = NEEDLESS_OPTIONS.get(name);
    if (needless != null) {
      notes.information(line.number(), line.text() + ": " + needless);
    } else if (CHECKS.contains(name)) {
      notes.changed(line.number(), line.text() + ": endpoints are checked by connecting only");
    } else if (HANDLED_CHECKS.contains(name)) {
      return;
    } else if (name.startsWith("http-") || name.startsWith("h1-case-")) {
      notes.information(line.number(), line.text() + ": " + HTTP);
    } else {
      notes.notCarried(line.number(), line.text());
    }
  }
}
