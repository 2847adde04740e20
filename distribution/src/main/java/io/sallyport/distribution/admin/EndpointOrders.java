package io.sallyport.distribution.admin;

import io.sallyport.api.catalog.EndpointMode;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;

/**
 * Takes an operator's words on endpoints.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface EndpointOrders {
  /**
   * Has an endpoint treated so. Any thread.
   *
   * @param port the listening port; empty for every one of the service
   * @return the listening ports behind which there is such an endpoint
   */
  CompletionStage<List<Integer>> order(
      String service, OptionalInt port, String endpoint, EndpointMode mode);
}
