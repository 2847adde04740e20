package io.sallyport.plugins.injection.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import java.util.Optional;

/**
 * What tells cheaply that a file is no longer the one that was seen.
 *
 * @param identity device and inode
 * @param size in bytes
 * @param modified the last change of the content
 */
public record FileStamp(Object identity, long size, FileTime modified) {
  /** The stamp of a file, links followed. */
  public static FileStamp of(Path path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    return new FileStamp(
        Objects.requireNonNullElse(attributes.fileKey(), ""),
        attributes.size(),
        attributes.lastModifiedTime());
  }

  /** The stamp of a file that may be missing or out of reach. */
  public static Optional<FileStamp> find(Path path) {
    try {
      return Optional.of(of(path));
    } catch (IOException outOfReach) {
      return Optional.empty();
    }
  }
}
