package io.sallyport.distribution.status;

import io.sallyport.api.source.SourceStatus;
import java.time.Instant;
import java.util.List;

/**
 * Where the catalog in force came from, and what became of the latest one.
 *
 * @param file the catalog file, absolute, or what else is followed, such as a control plane
 * @param state of a file {@code followed} while it is what is in force, {@code refused} while it is
 *     not; of another source {@code connected} or {@code disconnected}
 * @param since since when the state lasts
 * @param fromLastGood whether the catalog in force was taken from the state directory at the start,
 *     because the file could not be, or the source has not confirmed it yet
 * @param revision the catalog in force; {@code 0.0} before the first
 * @param appliedAt when that one was taken, or was written to the disk that it came from
 * @param problems why the file is refused, or what is wrong with the source; empty while all is
 *     well
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

  /** The state of another source that can tell of changes. */
  public static final String CONNECTED = "connected";

  /** The state of another source that cannot, so that the catalog in force goes on. */
  public static final String DISCONNECTED = "disconnected";

  /** Copies the lists. */
  public CatalogStatus {
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
  }

  /** What a source other than a file says of itself. */
  public static CatalogStatus of(SourceStatus source) {
    return new CatalogStatus(
        source.from(),
        source.connected() ? CONNECTED : DISCONNECTED,
        source.since(),
        source.fromDisk(),
        source.revision().toString(),
        source.revisionAt(),
        source.wrong(),
        List.of());
  }

  /** True while a file is followed, not another source. */
  public boolean ofFile() {
    return state.equals(FOLLOWED) || state.equals(REFUSED);
  }

  /** True while the file is not what is in force. */
  public boolean refused() {
    return state.equals(REFUSED);
  }
}
