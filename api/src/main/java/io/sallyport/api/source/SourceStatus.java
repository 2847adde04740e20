package io.sallyport.api.source;

import io.sallyport.api.catalog.Revision;
import java.time.Instant;
import java.util.List;

/**
 * Where a catalog source stands.
 *
 * @param from what it follows, for people, such as the addresses of a control plane
 * @param connected whether it can be told of changes now
 * @param since since when that is so
 * @param revision the revision in force; {@link Revision#NONE} before the first
 * @param revisionAt when that one was handed over, or was written to the disk that it came from
 * @param fromDisk whether it is from the disk, and nobody has confirmed it since the start
 * @param wrong what is wrong, one sentence each; empty when all is well
 * @since 0.1
 */
public record SourceStatus(
    String from,
    boolean connected,
    Instant since,
    Revision revision,
    Instant revisionAt,
    boolean fromDisk,
    List<String> wrong) {
  /** Copies the list. */
  public SourceStatus {
    wrong = List.copyOf(wrong);
  }
}
