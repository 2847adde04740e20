package io.sallyport.plugins.injection.hosts;

import io.sallyport.plugins.injection.files.FileStamp;
import io.sallyport.plugins.injection.files.Refusal;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** What came of bringing our lines into a file. */
sealed interface Keeping {
  /**
   * The file has our lines.
   *
   * @param stamp what the file is recognised by from now on
   * @param changes how many lines were added, removed or moved
   * @param news what a person should know all the same
   */
  record AsWanted(FileStamp stamp, int changes, List<String> news) implements Keeping {}

  /**
   * Another writer changes the file again and again, and for now it has its way.
   *
   * @param missing our lines that are not in the file, or behind a conflicting one
   * @param until when the next repair may be made
   */
  record Postponed(Set<OwnLine> missing, Refusal refusal, Instant until) implements Keeping {}

  /** The file is as it was. */
  record Refused(Refusal refusal) implements Keeping {}
}
