package io.sallyport.plugins.injection.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Makes and removes whole files, so that readers see all of one or none of it, and nothing that
 * somebody else put there meanwhile is written over.
 */
public final class FileCreation {
  private static final String FOR_ALL_TO_READ = "rw-r--r--";
  private static final String DIRECTORY = "rwxr-xr-x";

  private FileCreation() {}

  /** How making one went. */
  public sealed interface Creation {
    /** It is there, and on disk. */
    record Made(FileStamp stamp) implements Creation {}

    /** Somebody was faster. */
    record Overtaken() implements Creation {}

    /** It cannot be made. */
    record Refused(Refusal refusal) implements Creation {}
  }

  /** Makes a file that everybody may read, and the last directory of its path. */
  public static Creation create(Path path, Content content) {
    Path temporary = FileCommit.temporaryFor(path);
    try {
      Path directory = directoryOf(path);
      makeDirectory(directory);
      fill(temporary, content);
      FileStamp stamp = FileStamp.of(temporary);
      try {
        // Unlike a rename it fails where there is a file.
        Files.createLink(path, temporary);
      } catch (FileAlreadyExistsException exists) {
        return new Creation.Overtaken();
      } finally {
        Files.deleteIfExists(temporary);
      }
      Journal.syncDirectory(directory);
      return new Creation.Made(stamp);
    } catch (IOException | UnsupportedOperationException failed) {
      return new Creation.Refused(
          new Refusal(
              "cannot make " + path + ": " + text(failed),
              "create its directory, and let this process write there"));
    }
  }

  /** Removes a file; its directory remembers it. */
  public static void remove(Path path) throws IOException {
    Files.delete(path);
    Journal.syncDirectory(directoryOf(path));
  }

  private static void fill(Path temporary, Content content) throws IOException {
    Files.deleteIfExists(temporary);
    try (FileChannel channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      content.writeTo(channel);
      channel.force(true);
    }
    // Whoever reads it is another user, whatever our umask is.
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString(FOR_ALL_TO_READ));
  }

  private static void makeDirectory(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectory(directory);
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(DIRECTORY));
    }
  }

  private static String text(Exception failed) {
    return failed instanceof IOException io ? Failures.text(io) : String.valueOf(failed);
  }

  private static Path directoryOf(Path path) {
    Path directory = path.toAbsolutePath().getParent();
    return directory == null ? path : directory;
  }
}
