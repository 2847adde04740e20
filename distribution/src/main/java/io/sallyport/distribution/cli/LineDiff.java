package io.sallyport.distribution.cli;

import java.util.ArrayList;
import java.util.List;

/** What lies between two texts, line by line. Pure. */
final class LineDiff {
  private LineDiff() {}

  /** A line that goes or comes. */
  record Edit(boolean comes, String line) {}

  /** The fewest lines that must go and come, in the order of the texts. */
  static List<Edit> between(List<String> before, List<String> after) {
    int[][] common = new int[before.size() + 1][after.size() + 1];
    for (int b = before.size() - 1; b >= 0; b--) {
      for (int a = after.size() - 1; a >= 0; a--) {
        common[b][a] =
            before.get(b).equals(after.get(a))
                ? common[b + 1][a + 1] + 1
                : Math.max(common[b + 1][a], common[b][a + 1]);
      }
    }
    List<Edit> edits = new ArrayList<>();
    int b = 0;
    int a = 0;
    while (b < before.size() || a < after.size()) {
      if (b < before.size() && a < after.size() && before.get(b).equals(after.get(a))) {
        b++;
        a++;
      } else if (b < before.size() && (a == after.size() || common[b + 1][a] >= common[b][a + 1])) {
        edits.add(new Edit(false, before.get(b++)));
      } else {
        edits.add(new Edit(true, after.get(a++)));
      }
    }
    return edits;
  }
}
