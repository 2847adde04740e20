package io.sallyport.benchmarks.report;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/** Our median beside the better one of the others'. */
public final class Comparison {
  private final String ours;
  private final List<String> theirs;

  /**
   * Compares contenders.
   *
   * @param ours the id of the one in question
   * @param theirs those whose best counts at each metric
   */
  public Comparison(String ours, List<String> theirs) {
    this.ours = ours;
    this.theirs = List.copyOf(theirs);
  }

  /** Ours divided by their best; empty where one side has no figures or theirs is zero. */
  public OptionalDouble ratio(Figures figures, Metric metric) {
    Optional<Spread> own = figures.spread(metric, ours);
    DoubleStream others =
        theirs.stream()
            .flatMap(id -> figures.spread(metric, id).stream())
            .mapToDouble(Spread::median);
    OptionalDouble best =
        switch (metric.better()) {
          case MORE -> others.max();
          case LESS -> others.min();
        };
    if (own.isEmpty() || best.isEmpty() || best.getAsDouble() <= 0) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(own.get().median() / best.getAsDouble());
  }

  /** What a ratio means, in a word. */
  public static String verdict(Metric metric, double ratio) {
    if (Math.round(ratio * 100) == 100) {
      return "equal";
    }
    boolean ahead =
        switch (metric.better()) {
          case MORE -> ratio > 1;
          case LESS -> ratio < 1;
        };
    return ahead ? "ahead" : "behind";
  }
}
