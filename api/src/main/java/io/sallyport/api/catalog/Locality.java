package io.sallyport.api.catalog;

import java.util.Objects;

/**
 * Where a node or an endpoint stands.
 *
 * @param region the region; empty when unknown
 * @param zone the zone, which means something within its region; empty when unknown
 * @since 0.1
 */
public record Locality(String region, String zone) {
  /** Nowhere known. */
  public static final Locality UNKNOWN = new Locality("", "");

  /** Checks that nothing is null. */
  public Locality {
    Objects.requireNonNull(region, "region");
    Objects.requireNonNull(zone, "zone");
  }
}
