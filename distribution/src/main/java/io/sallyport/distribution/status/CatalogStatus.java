package io.sallyport.distribution.status;

import java.time.Instant;
import java.util.List;

/**
 * Where the catalog in force came from, and what became of the file's latest edit.
 *
 * @param file the catalog file, absolute
 * @param state {@code followed} while the file is what is in force, {@code refused} while it is not
 * @param since since when the state lasts
 * @param fromLastGood whether the catalog in force was taken from the state directory at the start,
 *     because the file could not be
 * @param revision the catalog in force; {@code 0.0} before the first
 * @param appliedAt when that one was taken
 * @param problems why the file is refused; empty while it is followed
 * @param warnings what the file in force was warned of
 * @since 0.1
 */
public record CatalogStatus(
    String file,
    String state,
    Instant since,
    boolean fromLastGood,
    String revision,
    Instant appliedAt,
    List<String> problems,
    List<String> warnings) {
  /** The state of a file that is in force. */
  public static final String FOLLOWED = "followed";

  /** The state of a file that was refused, so that the last good catalog goes on. */
  public static final String REFUSED = "refused";

  /** Copies the lists. */
  public CatalogStatus {
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
  }

  /** True while the file is not what is in force. */
  public boolean refused() {
    return state.equals(REFUSED);
  }
}
