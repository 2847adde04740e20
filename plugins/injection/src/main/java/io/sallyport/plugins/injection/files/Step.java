package io.sallyport.plugins.injection.files;

/** The points of a commit at which a crash or a foreign write can be told apart, in their order. */
public enum Step {
  READ,
  TEMPORARY_CREATED,
  TEMPORARY_WRITTEN,
  TEMPORARY_SYNCED,
  CHECKED,
  RENAMED,
  OLD_REMOVED,
  DIRECTORY_SYNCED,
  JOURNAL_WRITTEN,
  JOURNAL_PUBLISHED,
  IN_PLACE_CHECKED,
  IN_PLACE_WRITTEN,
  IN_PLACE_CUT,
  IN_PLACE_SYNCED,
  JOURNAL_REMOVED;

  /** Is told of each step once it is done. */
  @FunctionalInterface
  public interface Trace {
    void reached(Step step);
  }
}
