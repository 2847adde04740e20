package io.sallyport.distribution.admin;

import io.sallyport.distribution.status.AgentStatus;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * What the admin port shows, and the one thing that it takes. All of it is asked for on the admin
 * port's own threads.
 *
 * @param unready why the agent is not ready, one sentence each; empty when it is
 * @param status the status, soon
 * @param metrics the metrics page
 * @param orders takes an operator's words on endpoints
 * @since 0.1
 */
public record AdminPages(
    Supplier<List<String>> unready,
    Supplier<CompletionStage<AgentStatus>> status,
    PrometheusText metrics,
    EndpointOrders orders) {}
