package io.sallyport.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;

/** All that was measured, and what could not be. One thread. */
public final class Figures {
  private final SequencedMap<Metric, SequencedMap<String, List<Sample>>> samples =
      new LinkedHashMap<>();
  private final SequencedMap<String, SequencedSet<String>> remarks = new LinkedHashMap<>();

  private record Sample(int round, double value) {}

  /** Notes a figure. */
  public void add(Metric metric, String contender, int round, double value) {
    samples
        .computeIfAbsent(metric, key -> new LinkedHashMap<>())
        .computeIfAbsent(contender, key -> new ArrayList<>())
        .add(new Sample(round, value));
  }

  /** Notes what a reader of one measure must know; the same remark again is not repeated. */
  public void remark(String measure, String text) {
    remarks.computeIfAbsent(measure, key -> new LinkedHashSet<>()).add(text);
  }

  /** What one measure measured, in the order in which it did. */
  public List<Metric> metrics(String measure) {
    return samples.keySet().stream().filter(metric -> metric.measure().equals(measure)).toList();
  }

  public List<String> remarks(String measure) {
    return List.copyOf(remarks.getOrDefault(measure, new LinkedHashSet<>()));
  }

  /** A contender's figures, those of the first round first. */
  public List<Double> values(Metric metric, String contender) {
    return of(metric, contender).stream().map(Sample::value).toList();
  }

  /** The figure of one round. */
  public Optional<Double> value(Metric metric, String contender, int round) {
    return of(metric, contender).stream()
        .filter(sample -> sample.round() == round)
        .map(Sample::value)
        .findFirst();
  }

  /** A contender's figures in brief; empty when it has none. */
  public Optional<Spread> spread(Metric metric, String contender) {
    List<Double> values = values(metric, contender);
    return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
  }

  private List<Sample> of(Metric metric, String contender) {
    Map<String, List<Sample>> byContender = samples.getOrDefault(metric, new LinkedHashMap<>());
    return byContender.getOrDefault(contender, List.of());
  }
}
