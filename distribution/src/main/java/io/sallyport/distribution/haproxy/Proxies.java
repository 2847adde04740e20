package io.sallyport.distribution.haproxy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds out which {@code defaults} each section inherits, and what becomes of every line. */
final class Proxies {
  private final Notes notes;
  private final Directives directives;
  private final Map<String, Proxy> named = new HashMap<>();
  private Optional<Proxy> latest = Optional.empty();
  private final List<Proxy> proxies = new ArrayList<>();

  Proxies(Notes notes) {
    this.notes = notes;
    this.directives = new Directives(notes);
  }

  /** The proxies in {@code mode tcp}; of the others it is told that they are left out. */
  List<Proxy> inTcpMode(List<Section> sections) {
    for (Section section : sections) {
      switch (section.kind()) {
        case GLOBAL -> global(section);
        case OTHER -> other(section);
        case DEFAULTS -> defaults(section);
        case FRONTEND, BACKEND, LISTEN -> proxy(section);
      }
    }
    return List.copyOf(proxies);
  }

  private void global(Section section) {
    List<String> keywords = section.lines().stream().map(Line::keyword).distinct().toList();
    notes.information(
        section.line(),
        keywords.isEmpty()
            ? "the global section is empty"
            : "the global section concerns HAProxy's own process: " + String.join(", ", keywords));
  }

  private void other(Section section) {
    if (section.name().startsWith("resolvers")) {
      notes.information(section.line(), section.title() + ": the node resolves names itself");
    } else {
      notes.notCarried(section.line(), section.title());
    }
  }

  private void defaults(Section section) {
    // An unnamed section starts anew: what an earlier one said is forgotten.
    Proxy defaults = Proxy.of(section, section.from().flatMap(name -> find(name, section)));
    if (!section.name().isEmpty()) {
      named.put(section.name(), defaults);
    }
    latest = Optional.of(defaults);
    section.lines().forEach(directives::read);
  }

  private void proxy(Section section) {
    Optional<Proxy> defaults =
        section.from().isPresent() ? find(section.from().get(), section) : latest;
    Proxy proxy = Proxy.of(section, defaults);
    if (!proxy.mode().equals("tcp")) {
      notes.notCarried(
          section.line(),
          section.title() + " is in mode " + proxy.mode() + ": Sallyport serves TCP only");
    } else if (proxy.setting("disabled").isPresent()) {
      notes.information(section.line(), section.title() + " is disabled");
    } else {
      proxies.add(proxy);
      section.lines().stream()
          .filter(line -> !(proxy.accepts() && ClientRules.LINES.contains(line.keyword())))
          .forEach(directives::read);
    }
  }

  private Optional<Proxy> find(String name, Section section) {
    Proxy found = named.get(name);
    if (found == null) {
      notes.notCarried(section.line(), "there is no section defaults " + name + " above");
    }
    return Optional.ofNullable(found);
  }
}
