package io.sallyport.benchmarks.fleet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** All that was measured of a fleet, in the order in which it was. One thread. */
final class FleetFigures {
  private final SequencedMap<Figure, List<Double>> figures = new LinkedHashMap<>();
  private final List<String> remarks = new ArrayList<>();

  /**
   * Something that is measured.
   *
   * @param id for programs
   * @param title for people
   * @param unit what the figures are in
   */
  record Figure(String id, String title, String unit) {}

  void add(Figure figure, double value) {
    figures.computeIfAbsent(figure, first -> new ArrayList<>()).add(value);
  }

  void remark(String text) {
    remarks.add(text);
  }

  SequencedMap<Figure, List<Double>> all() {
    SequencedMap<Figure, List<Double>> copy = new LinkedHashMap<>();
    for (Map.Entry<Figure, List<Double>> entry : figures.entrySet()) {
      copy.put(entry.getKey(), List.copyOf(entry.getValue()));
    }
    return copy;
  }

  List<String> remarks() {
    return List.copyOf(remarks);
  }
}
