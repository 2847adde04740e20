package io.sallyport.plugins.injection.files;

/** How an edit of a file ended. */
public sealed interface Commit {
  /** The file was as it should be. */
  record Kept(FileStamp stamp) implements Commit {}

  /** The file is as it should be now, and on disk. */
  record Written(FileStamp stamp) implements Commit {}

  /** The file is as it was. */
  record Refused(Refusal refusal) implements Commit {}
}
