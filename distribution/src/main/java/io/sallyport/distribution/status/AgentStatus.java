package io.sallyport.distribution.status;

import io.sallyport.engine.status.NodeStatus;
import java.util.ArrayList;
import java.util.List;

/**
 * All that an agent tells of itself.
 *
 * @param version the agent's
 * @param pid its process id
 * @param wrong everything that is wrong, one sentence each, the catalog's refusal first; empty when
 *     all is well
 * @param catalog where the catalog came from
 * @param node what serves now
 * @since 0.1
 */
public record AgentStatus(
    String version, long pid, List<String> wrong, CatalogStatus catalog, NodeStatus node) {
  /** Copies the list. */
  public AgentStatus {
    wrong = List.copyOf(wrong);
  }

  /**
   * Joins the parts, and what is wrong with them.
   *
   * @param plugins what is wrong with plugins, one sentence each
   */
  public static AgentStatus of(
      String version, long pid, List<String> plugins, CatalogStatus catalog, NodeStatus node) {
    List<String> wrong = new ArrayList<>();
    if (catalog.refused()) {
      wrong.add(
          "catalog: "
              + catalog.file()
              + " was refused, and revision "
              + catalog.revision()
              + (catalog.fromLastGood() ? ", kept from an earlier run, serves" : " goes on"));
    }
    if (!catalog.ofFile()) {
      catalog.problems().forEach(problem -> wrong.add("catalog: " + problem));
    }
    wrong.addAll(plugins);
    wrong.addAll(node.faults());
    return new AgentStatus(version, pid, wrong, catalog, node);
  }
}
