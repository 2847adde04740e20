package io.sallyport.distribution.node;

import io.sallyport.api.plugin.Strategy;
import io.sallyport.api.source.CatalogSourceFactory;
import io.sallyport.distribution.hocon.HoconSection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The settings of where a node's catalog comes from: the section that is named as the type of a
 * catalog source is.
 *
 * @param factories the sources that may be configured, by their types; none when the catalog is a
 *     file, whatever the settings say
 * @since 0.1
 */
public record SourceSections(Map<String, CatalogSourceFactory<?>> factories) {
  /** Sections that a node that follows a file passes over, so that both may share one file. */
  private static final List<String> PASSED_OVER = List.of("control");

  /** For a node that follows a file. */
  public static final SourceSections NONE = new SourceSections(Map.of());

  /** Copies the map. */
  public SourceSections {
    factories = Map.copyOf(factories);
  }

  Optional<Strategy> source(HoconSection root) {
    if (factories.isEmpty()) {
      root.known(PASSED_OVER);
      return Optional.empty();
    }
    List<String> present = new TreeSet<>(factories.keySet()).stream().filter(root::has).toList();
    if (present.size() != 1) {
      root.problem(
          "",
          present.isEmpty()
              ? "nothing says where the catalog comes from"
              : "several sections say where the catalog comes from: " + String.join(", ", present),
          "write one of: " + String.join(", ", new TreeSet<>(factories.keySet())));
      return Optional.empty();
    }
    String type = present.getFirst();
    CatalogSourceFactory<?> factory = Objects.requireNonNull(factories.get(type));
    return root.within(type)
        .map(section -> {
          Strategy source = new Strategy(type, factory.parse(section));
          section.finish();
          return source;
        });
  }
}
