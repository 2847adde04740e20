package io.sallyport.distribution.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What some files look like from outside. Symbolic links are followed, so that the swap of a link
 * to a directory, which is how Kubernetes renews a ConfigMap, shows like any other change.
 *
 * @param stamps one for each file
 */
record FileStamps(Map<Path, Stamp> stamps) {
  /** What one file looks like. */
  private sealed interface Stamp {
    /**
     * It is there.
     *
     * @param key the inode and its device
     */
    record There(@Nullable Object key, FileTime modified, long size) implements Stamp {}

    /** It is not, or may not be looked at. */
    record Absent() implements Stamp {}
  }

  static FileStamps of(Collection<Path> files) {
    Map<Path, Stamp> stamps = new LinkedHashMap<>();
    for (Path file : files) {
      stamps.put(file, stamp(file));
    }
    return new FileStamps(stamps);
  }

  /** The same files as they look now. */
  FileStamps now() {
    return of(stamps.keySet());
  }

  private static Stamp stamp(Path file) {
    try {
      BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp.There(seen.fileKey(), seen.lastModifiedTime(), seen.size());
    } catch (IOException gone) {
      return new Stamp.Absent();
    }
  }
}
