package io.sallyport.distribution.catalog;

import io.sallyport.api.catalog.NodeSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Writes which nodes a service is meant for. */
final class NodeSelectorText {
  private NodeSelectorText() {}

  /** Lines within a service; none where it is meant for every node. */
  static List<String> lines(NodeSelector selector) {
    if (selector.equals(NodeSelector.ALL)) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    lines.add("nodes {");
    list(lines, "  ", "names", selector.names());
    list(lines, "  ", "regions", selector.regions());
    list(lines, "  ", "zones", selector.zones());
    if (!selector.labels().isEmpty()) {
      lines.add("  labels {");
      selector
          .labels()
          .forEach((label, values) -> list(lines, "    ", CatalogWriter.quoted(label), values));
      lines.add("  }");
    }
    lines.add("}");
    return lines;
  }

  private static void list(List<String> lines, String indent, String key, Set<String> words) {
    if (!words.isEmpty()) {
      List<String> quoted = words.stream().map(CatalogWriter::quoted).toList();
      lines.add(indent + key + " = [" + String.join(", ", quoted) + "]");
    }
  }
}
