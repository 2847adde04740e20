package io.sallyport.benchmarks.report;

/**
 * A measure's part of the report.
 *
 * @param id the measure's
 * @param title for people
 * @param method how it was measured
 */
public record Chapter(String id, String title, String method) {}
