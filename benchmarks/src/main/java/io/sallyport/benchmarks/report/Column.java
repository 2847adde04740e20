package io.sallyport.benchmarks.report;

/**
 * A contender in the report.
 *
 * @param id the contender's
 * @param title for people
 * @param settings how it was set up
 */
public record Column(String id, String title, String settings) {}
