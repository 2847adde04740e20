package io.sallyport.control.server;

import com.google.common.hash.Hashing;
import io.sallyport.api.catalog.NodeIdentity;
import io.sallyport.control.store.v1.Release;
import io.sallyport.control.store.v1.Stage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Which nodes a rollout has reached. Pure: the same rollout and node give the same answer on every
 * replica, and a node that a stage has reached stays reached in the later ones.
 *
 * @since 0.1
 */
public final class Cohort {
  private Cohort() {}

  /** Whether a node is among those of the stages that have begun. */
  public static boolean reached(Release release, NodeIdentity node) {
    return release.getStages() > release.getPlanCount()
        || release.getPlanList().subList(0, release.getStages()).stream()
            .anyMatch(stage -> selects(release.getRollout(), stage, node));
  }

  /** Whether a stage selects a node. What the stage does not set selects every node. */
  public static boolean selects(String rollout, Stage stage, NodeIdentity node) {
    return holds(stage.getNodesList(), node.name())
        && holds(stage.getZonesList(), node.locality().zone())
        && labels(stage.getLabelsMap(), node.labels())
        && (stage.getPercentage() <= 0 || place(rollout, node.name()) < stage.getPercentage());
  }

  /** Where a node stands in a rollout's order, from 0 up to but not including 100. */
  static double place(String rollout, String node) {
    long hash =
        Hashing.murmur3_128()
            .newHasher()
            .putString(rollout, StandardCharsets.UTF_8)
            .putByte((byte) 0)
            .putString(node, StandardCharsets.UTF_8)
            .hash()
            .asLong();
    // 53 bits, as many as a double holds exactly.
    return (hash >>> 11) * 0x1p-53 * 100;
  }

  private static boolean labels(Map<String, String> wanted, Map<String, String> labels) {
    return wanted.entrySet().stream()
        .allMatch(label -> label.getValue().equals(labels.get(label.getKey())));
  }

  private static boolean holds(List<String> wanted, String value) {
    return wanted.isEmpty() || wanted.contains(value);
  }
}
