package io.sallyport.control.resource;

import io.sallyport.api.catalog.NodeIdentity;
import io.sallyport.control.store.v1.Release;
import io.sallyport.control.store.v1.Stage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Which nodes a rollout has reached. Every replica comes to the same answer, for it depends on
 * nothing but the rollout and the node. Pure; any thread.
 *
 * @since 0.1
 */
public final class ReleaseStages {
  private static final double WHOLE = 100;

  private ReleaseStages() {}

  /** Whether a node gets a rollout's target now: one of the stages that have begun selects it. */
  public static boolean reached(Release release, NodeIdentity node) {
    return release.getPlanList().stream()
        .limit(release.getStages())
        .anyMatch(stage -> selects(release.getRollout(), stage, node));
  }

  /** Whether a stage selects a node. What the stage does not say selects every node. */
  public static boolean selects(String rollout, Stage stage, NodeIdentity node) {
    return holds(stage.getZonesList(), node.locality().zone())
        && holds(stage.getNodesList(), node.name())
        && stage.getLabelsMap().entrySet().stream().allMatch(label -> carries(node, label))
        && (stage.getPercentage() == 0 || place(rollout, node.name()) < stage.getPercentage());
  }

  /** Whether a stage selects the whole fleet, whatever nodes there are. */
  public static boolean selectsAll(Stage stage) {
    return stage.getZonesCount() == 0
        && stage.getNodesCount() == 0
        && stage.getLabelsCount() == 0
        && (stage.getPercentage() == 0 || stage.getPercentage() >= WHOLE);
  }

  private static boolean holds(List<String> part, String value) {
    return part.isEmpty() || part.contains(value);
  }

  private static boolean carries(NodeIdentity node, Map.Entry<String, String> label) {
    return label.getValue().equals(node.labels().get(label.getKey()));
  }

  /**
   * A node's place in the order of a rollout, from 0 to below 100. It differs between rollouts, so
   * that it is not always the same nodes that try first.
   */
  private static double place(String rollout, String node) {
    long hash = 0xcbf29ce484222325L;
    for (byte part : (rollout + '\n' + node).getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (part & 0xff)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    hash ^= hash >>> 33;
    return (hash >>> 11) * 0x1p-53 * WHOLE;
  }
}
