package io.sallyport.distribution.catalog;

import io.sallyport.api.catalog.NodeSelector;
import io.sallyport.distribution.hocon.HoconSection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads which nodes a service is meant for. */
final class NodeSelectorReader {
  private static final String KEY = "nodes";
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/-]{0,255}");

  private NodeSelectorReader() {}

  /** What a service says under {@code nodes}; every node where it says nothing. */
  static NodeSelector read(HoconSection service) {
    return service.within(KEY).map(NodeSelectorReader::selector).orElse(NodeSelector.ALL);
  }

  private static NodeSelector selector(HoconSection section) {
    Map<String, Set<String>> labels = new TreeMap<>();
    section
        .within("labels")
        .ifPresent(said -> {
          for (String label : said.keys()) {
            said.known(Set.of(label));
            if (WORD.matcher(label).matches()) {
              labels.put(label, words(said, label));
            } else {
              said.problem(label, "is not a label", "use letters, digits, and ._:/- between them");
            }
          }
          said.finish();
        });
    NodeSelector selector =
        new NodeSelector(
            words(section, "names"), words(section, "regions"), words(section, "zones"), labels);
    section.finish();
    return selector;
  }

  private static Set<String> words(HoconSection section, String key) {
    List<String> texts = section.texts(key);
    if (section.has(key) && texts.isEmpty()) {
      section.problem(key, "selects no node", "name some, or remove it to select every node");
    }
    for (String text : texts) {
      if (!WORD.matcher(text).matches()) {
        section.problem(
            key,
            "\"" + text + "\" is not a node's word",
            "use letters, digits, and ._:/- between them, at most 256");
      }
    }
    return new HashSet<>(texts);
  }
}
