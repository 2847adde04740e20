package io.sallyport.distribution.hocon;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds the word that was probably meant.
 *
 * @since 0.1
 */
public final class NearestKey {
  private NearestKey() {}

  /**
   * The known word nearest to the written one; empty when none is near. Case, hyphens and
   * underscores do not count, so {@code maxSessions} is {@code max-sessions}.
   */
  public static Optional<String> of(String written, Collection<String> known) {
    String bare = bare(written);
    String nearest = null;
    int least = Math.max(1, bare.length() / 3) + 1;
    for (String word : known) {
      int distance = distance(bare, bare(word));
      if (distance < least) {
        least = distance;
        nearest = word;
      }
    }
    return Optional.ofNullable(nearest);
  }

  private static String bare(String word) {
    return word.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
  }

  /** Insertions, deletions, replacements, and exchanges of two neighbours. */
  private static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(last[j], row[j - 1]) + 1);
        boolean exchanged =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (exchanged) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      beforeLast = last;
      last = row;
    }
    return last[b.length()];
  }
}
