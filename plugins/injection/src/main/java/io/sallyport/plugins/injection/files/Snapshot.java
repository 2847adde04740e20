package io.sallyport.plugins.injection.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file as it was at one moment.
 *
 * @param path the name it was asked for by
 * @param real the file itself, all symbolic links followed
 * @param stamp what it was recognised by
 * @param content its bytes
 */
public record Snapshot(Path path, Path real, FileStamp stamp, Content content) {
  /** Beyond this it is none of the small text files that are meant here. */
  public static final long LARGEST = 64L << 20;

  /** How reading went. */
  public sealed interface Reading {
    /** The file at one moment. */
    record Whole(Snapshot snapshot) implements Reading {}

    /** Somebody wrote while it was read. */
    record Moving() implements Reading {}

    /** It cannot be read, or must not be. */
    record Unreadable(Refusal refusal) implements Reading {}
  }

  public static Reading read(Path path) {
    try {
      Path real = path.toRealPath();
      if (!Files.isRegularFile(real)) {
        return new Reading.Unreadable(
            new Refusal(path + " is not a regular file", "name another file"));
      }
      FileStamp stamp = FileStamp.of(real);
      if (stamp.size() > LARGEST) {
        return new Reading.Unreadable(
            new Refusal(
                path + " has " + stamp.size() + " bytes, more than the " + LARGEST + " expected",
                "name another file, or shorten it"));
      }
      Content content = Content.of(real);
      return FileStamp.of(real).equals(stamp)
          ? new Reading.Whole(new Snapshot(path, real, stamp, content))
          : new Reading.Moving();
    } catch (NoSuchFileException missing) {
      return new Reading.Unreadable(missing(path));
    } catch (IOException failed) {
      return new Reading.Unreadable(
          new Refusal(
              "cannot read " + path + ": " + Failures.text(failed),
              "let this process read the file"));
    }
  }

  /** True when the file is still the one of the snapshot. */
  public boolean holds() {
    try {
      return path.toRealPath().equals(real) && is(real);
    } catch (IOException gone) {
      return false;
    }
  }

  /** True when a file, whatever its name now, is the one of the snapshot. */
  public boolean is(Path file) {
    try {
      // The stamp last: it is what a writer changes while the content is compared.
      return Content.of(file).equals(content) && FileStamp.of(file).equals(stamp);
    } catch (IOException gone) {
      return false;
    }
  }

  private static Refusal missing(Path path) {
    return Files.isSymbolicLink(path)
        ? new Refusal(
            path + " is a symbolic link that leads to no file", "create the file or mend the link")
        : new Refusal(path + " does not exist", "create it whole, or name another file");
  }
}
