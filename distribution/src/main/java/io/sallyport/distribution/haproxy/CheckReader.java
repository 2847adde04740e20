package io.sallyport.distribution.haproxy;

import io.sallyport.api.config.Problem;
import io.sallyport.api.config.Problems;
import io.sallyport.api.plugin.Strategy;
import io.sallyport.distribution.catalog.PortDefaults;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Finds out how a backend's servers are checked. */
final class CheckReader {
  private static final List<String> KINDS =
      List.of("tcp-check", "httpchk", "redis-check", "smtpchk", "ssl-hello-chk", "external-check");
  private static final String ONLY = ": endpoints are checked by connecting only";

  private final PortDefaults defaults;
  private final Notes notes;

  CheckReader(PortDefaults defaults, Notes notes) {
    this.defaults = defaults;
    this.notes = notes;
  }

  /**
   * How servers are checked.
   *
   * @param strategy empty for a bare connect
   * @param port where, if the rules say so
   */
  record Reading(Optional<Strategy> strategy, OptionalInt port) {}

  Reading read(Proxy backend, List<Server> servers) {
    Optional<Server> first = servers.stream().filter(server -> server.checked).findFirst();
    TlsWords tls = first.map(server -> server.tls).orElse(TlsWords.OFF);
    Optional<Line> kind = kind(backend);
    tellOfOthers(backend, kind.map(line -> line.word(1)).orElse("tcp-check"));
    Optional<CheckDraft> draft = draft(backend, kind, tls);
    boolean bare = draft.isEmpty() || draft.get().type().equals("tcp");
    OptionalInt port = draft.map(CheckDraft::port).orElse(OptionalInt.empty());
    Optional<CheckDraft> agent = first.flatMap(server -> server.agent(notes, !bare));
    Optional<CheckDraft> chosen = bare ? agent : draft;
    if (first.isEmpty()) {
      return new Reading(Optional.empty(), port);
    }
    tellOfDiffering(first.get(), servers);
    return new Reading(chosen.flatMap(this::strategy), port);
  }

  private Optional<CheckDraft> draft(Proxy backend, Optional<Line> kind, TlsWords tls) {
    return kind.map(option ->
            switch (option.word(1)) {
              case "httpchk" ->
                  Optional.of(new HttpCheckLines(tls, notes).read(option, backend.httpRules()));
              case "external-check" -> external(backend, option);
              case "ssl-hello-chk" -> Optional.of(hello(option));
              case "redis-check", "smtpchk" -> TcpCheckLines.known(option);
              default -> Optional.of(script(backend, option.number(), tls));
            })
        .orElseGet(() -> {
          boolean ruled = !backend.checkRules().isEmpty();
          int line = ruled ? backend.checkRules().getFirst().number() : backend.section().line();
          return Optional.of(script(backend, line, tls));
        });
  }

  private CheckDraft script(Proxy backend, int line, TlsWords tls) {
    CheckDraft script = new TcpCheckLines(tls, notes).read(backend.checkRules(), line);
    boolean connects =
        backend.checkRules().stream().anyMatch(rule -> rule.word(1).equals("connect"));
    boolean handshake = script.type().equals("tcp") && tls.on() && !connects;
    return handshake ? new CheckDraft("tls", tls.keys(), line, script.port()) : script;
  }

  private CheckDraft hello(Line option) {
    notes.changed(option.number(), option.text() + ": a whole handshake, whatever the certificate");
    return new CheckDraft("tls", Map.of("verify", "none"), option.number(), OptionalInt.empty());
  }

  /** The option that counts: the one that stands last. */
  private static Optional<Line> kind(Proxy backend) {
    Optional<Line> last = Optional.empty();
    for (String kind : KINDS) {
      Optional<Line> said = backend.setting("option " + kind);
      if (said.isPresent() && (last.isEmpty() || said.get().number() > last.get().number())) {
        last = said;
      }
    }
    return last;
  }

  private void tellOfOthers(Proxy backend, String kind) {
    List<Line> idle = new ArrayList<>();
    if (!kind.equals("httpchk")) {
      idle.addAll(backend.httpRules());
    }
    if (!kind.equals("tcp-check")) {
      idle.addAll(backend.checkRules());
    }
    idle.forEach(rule -> notes.notCarried(rule.number(), rule.text()));
  }

  private Optional<CheckDraft> external(Proxy backend, Line option) {
    Optional<Line> command = backend.setting("external-check command");
    if (command.isEmpty()) {
      notes.notCarried(option.number(), option.text() + ": there is no external-check command");
      return Optional.empty();
    }
    notes.changed(
        command.get().number(),
        command.get().text() + ": runs only on nodes that allow external-commands");
    Map<String, Object> keys =
        Map.of(
            "command",
            List.of(command.get().word(2), "NOT_USED", "NOT_USED", "{address}", "{port}"));
    return Optional.of(
        new CheckDraft("command", keys, command.get().number(), OptionalInt.empty()));
  }

  private void tellOfDiffering(Server first, List<Server> servers) {
    for (Server server : servers) {
      if (server.checked
          && (!server.tls.equals(first.tls) || !server.agentPort.equals(first.agentPort))) {
        notes.changed(
            server.line,
            "the check of server "
                + server.name
                + " differs from that of server "
                + first.name
                + ", which holds for all of them here");
      }
    }
  }

  private Optional<Strategy> strategy(CheckDraft draft) {
    Problems problems = new Problems();
    Optional<Strategy> strategy =
        defaults.check(draft.type(), new LinkedHashMap<>(draft.keys()), problems);
    if (strategy.isEmpty()) {
      List<String> why = problems.all().stream().map(Problem::message).distinct().toList();
      notes.changed(
          draft.line(), "the check " + draft.type() + " " + String.join(", ", why) + ONLY);
    }
    return strategy;
  }
}
