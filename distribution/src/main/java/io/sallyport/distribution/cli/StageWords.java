package io.sallyport.distribution.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The stages of a rollout as they are written: {@code 5%,25%,100%}, {@code zone=z1,zone=z2}, {@code
 * node=n1+node=n2}, {@code label=tier=canary+25%}. A comma ends a stage; of what a plus joins, all
 * must hold, but of several zones or nodes one.
 *
 * @param percentage of the fleet; 0: not by percentage
 * @param zones any of these
 * @param nodes any of these
 * @param labels all of these
 */
record StageWords(
    double percentage, List<String> zones, List<String> nodes, Map<String, String> labels) {
  private static final Pattern PERCENTAGE = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,6})?)%");
  private static final double WHOLE = 100;

  StageWords {
    zones = List.copyOf(zones);
    nodes = List.copyOf(nodes);
    labels = Map.copyOf(labels);
  }

  /**
   * Reads them.
   *
   * @param wrong takes what is not understood, one sentence each
   */
  static List<StageWords> parse(String text, List<String> wrong) {
    List<StageWords> stages = new ArrayList<>();
    for (String stage : text.split(",", -1)) {
      stages.add(stage(stage.strip(), wrong));
    }
    return stages;
  }

  private static StageWords stage(String text, List<String> wrong) {
    double percentage = 0;
    List<String> zones = new ArrayList<>();
    List<String> nodes = new ArrayList<>();
    Map<String, String> labels = new TreeMap<>();
    for (String written : text.split("\\+", -1)) {
      String part = written.strip();
      Matcher number = PERCENTAGE.matcher(part);
      int equals = part.indexOf('=', "label=".length());
      if (number.matches()
          && Double.parseDouble(number.group(1)) > 0
          && Double.parseDouble(number.group(1)) <= WHOLE) {
        percentage = Double.parseDouble(number.group(1));
      } else if (part.startsWith("zone=") && part.length() > "zone=".length()) {
        zones.add(part.substring("zone=".length()));
      } else if (part.startsWith("node=") && part.length() > "node=".length()) {
        nodes.add(part.substring("node=".length()));
      } else if (part.startsWith("label=") && equals > "label=".length()) {
        labels.put(part.substring("label=".length(), equals), part.substring(equals + 1));
      } else {
        wrong.add(
            "\""
                + part
                + "\" is no part of a stage; write a percentage over 0% up to 100%, zone=NAME,"
                + " node=NAME or label=KEY=VALUE");
      }
    }
    return new StageWords(percentage, zones, nodes, labels);
  }
}
