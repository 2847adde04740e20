package io.sallyport.benchmarks.report;

/**
 * Something that is measured.
 *
 * @param measure the id of the measure that it belongs to
 * @param id unique within the measure
 * @param title for people
 * @param unit what the figures are in
 * @param better which figures are the better ones
 */
public record Metric(String measure, String id, String title, String unit, Better better) {
  /** Which way is better. */
  public enum Better {
    MORE,
    LESS
  }
}
