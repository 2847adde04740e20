package io.sallyport.engine.cluster;

import java.util.Collection;

/**
 * Whether so few primaries pass their checks that the checks are more likely to be wrong than the
 * endpoints, or those few would break down under what all are used to.
 */
final class Panic {
  private static final int WHOLE = 100;

  private Panic() {}

  /**
   * True where some primaries pass, but fewer than the threshold, and no backup does. Where none
   * passes, fail-open needs no panic.
   *
   * @param threshold in percent of those that have been checked and may take sessions
   */
  static boolean reigns(Collection<Member> members, int threshold) {
    if (threshold == 0) {
      return false;
    }
    int checked = 0;
    int passing = 0;
    for (Member member : members) {
      Standing standing = member.standing().orElse(Standing.UNPROVEN);
      if (standing == Standing.BACKUP) {
        return false;
      }
      if (!member.backup() && standing != Standing.UNPROVEN) {
        checked++;
        passing += standing == Standing.DOWN ? 0 : 1;
      }
    }
    return passing > 0 && passing * WHOLE < threshold * checked;
  }
}
