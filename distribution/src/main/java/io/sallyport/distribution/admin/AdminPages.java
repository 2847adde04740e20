package io.sallyport.distribution.admin;

import io.sallyport.distribution.status.AgentStatus;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * What the admin port shows, and the one thing that it takes. All of it is asked for on the admin
 * port's own threads.
 *
 * @param unready why the process is not ready, one sentence each; empty when it is
 * @param metrics the metrics page
 * @param node what only an agent has
 * @since 0.1
 */
public record AdminPages(
    Supplier<List<String>> unready, PrometheusText metrics, Optional<OfNode> node) {

  /**
   * What only an agent has.
   *
   * @param status the status, soon
   * @param orders takes an operator's words on endpoints
   */
  public record OfNode(Supplier<CompletionStage<AgentStatus>> status, EndpointOrders orders) {}

  /** An agent's. */
  public AdminPages(
      Supplier<List<String>> unready,
      Supplier<CompletionStage<AgentStatus>> status,
      PrometheusText metrics,
      EndpointOrders orders) {
    this(unready, metrics, Optional.of(new OfNode(status, orders)));
  }

  /** A control plane's. */
  public AdminPages(Supplier<List<String>> unready, PrometheusText metrics) {
    this(unready, metrics, Optional.empty());
  }
}
