package io.sallyport.engine.resolve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * What tells one state of a file from the next without reading it: a rewrite changes the time, a
 * rename the key.
 *
 * @param modified when it was written last
 * @param size in bytes
 * @param key the file system's own name for it, its inode; null where there is none
 */
record FileStamp(FileTime modified, long size, @Nullable Object key) {
  /** No file, or none that may be looked at. */
  static final FileStamp MISSING = new FileStamp(FileTime.fromMillis(0), -1, null);

  static FileStamp of(Path file) {
    try {
      BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
      return new FileStamp(seen.lastModifiedTime(), seen.size(), seen.fileKey());
    } catch (IOException e) {
      return MISSING;
    }
  }
}
