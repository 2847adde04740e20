package io.sallyport.distribution.haproxy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A frontend, backend or listen with what it inherits from its {@code defaults}.
 *
 * @param section where it stands
 * @param settings of what may be said once, the line that counts, by {@code mode}, {@code timeout
 *     client}, {@code option tcp-check} and so on
 * @param defaultServers all lines {@code default-server} that count, in their order
 * @param checkRules all lines {@code tcp-check} that count
 * @param httpRules all lines {@code http-check} that count
 */
record Proxy(
    Section section,
    Map<String, Line> settings,
    List<Line> defaultServers,
    List<Line> checkRules,
    List<Line> httpRules) {
  Proxy {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    defaultServers = List.copyOf(defaultServers);
    checkRules = List.copyOf(checkRules);
    httpRules = List.copyOf(httpRules);
  }

  /** What a section says by itself, over what it inherits. */
  static Proxy of(Section section, Optional<Proxy> defaults) {
    Map<String, Line> settings = new LinkedHashMap<>();
    List<Line> defaultServers = new ArrayList<>();
    defaults.ifPresent(inherited -> {
      settings.putAll(inherited.settings);
      defaultServers.addAll(inherited.defaultServers);
    });
    List<Line> checkRules = new ArrayList<>();
    List<Line> httpRules = new ArrayList<>();
    for (Line line : section.lines()) {
      switch (line.keyword()) {
        case "timeout", "option", "external-check" ->
            settings.put(line.keyword() + " " + line.word(1), line);
        case "no" -> settings.remove(line.word(1) + " " + line.word(2));
        case "enabled" -> settings.remove("disabled");
        case "default-server" -> defaultServers.add(line);
        case "tcp-check" -> checkRules.add(line);
        case "http-check" -> httpRules.add(line);
        default -> settings.put(line.keyword(), line);
      }
    }
    if (checkRules.isEmpty()) {
      defaults.ifPresent(inherited -> checkRules.addAll(inherited.checkRules));
    }
    if (httpRules.isEmpty()) {
      defaults.ifPresent(inherited -> httpRules.addAll(inherited.httpRules));
    }
    return new Proxy(section, settings, defaultServers, checkRules, httpRules);
  }

  Optional<Line> setting(String key) {
    return Optional.ofNullable(settings.get(key));
  }

  /** The section's own lines of one keyword. */
  List<Line> lines(String keyword) {
    return section.lines().stream().filter(line -> line.keyword().equals(keyword)).toList();
  }

  /** The mode, which is {@code tcp} where nobody says another. */
  String mode() {
    return setting("mode").map(line -> line.word(1)).orElse("tcp");
  }

  /** True for what accepts. */
  boolean accepts() {
    return section.kind() == Section.Kind.FRONTEND || section.kind() == Section.Kind.LISTEN;
  }

  /** True for what leads to servers. */
  boolean serves() {
    return section.kind() == Section.Kind.BACKEND || section.kind() == Section.Kind.LISTEN;
  }
}
