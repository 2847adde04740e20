package io.sallyport.distribution.node;

import io.sallyport.api.catalog.Revision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The last catalog that was good, on disk: one self-contained file with everything that the
 * catalog's file included. It is replaced whole, so that a crash leaves either the old one or the
 * new one.
 *
 * <p>Used by one thread at a time.
 *
 * @since 0.1
 */
public final class LastGoodCatalog {
  private static final String NAME = "last-good-catalog.conf";
  private static final String TITLE =
      "# The last good catalog, kept by the agent. Not for editing.";
  private static final Pattern HEADER =
      Pattern.compile(
          Pattern.quote(TITLE) + "\n# revision (\\d{1,18})\\.(\\d{1,18})\n# of (.*)\n",
          Pattern.UNIX_LINES);

  private final Path directory;

  /** Keeps it in a directory, which must exist when something is saved. */
  public LastGoodCatalog(Path directory) {
    this.directory = directory;
  }

  /**
   * What was kept.
   *
   * @param text the catalog, without the header
   */
  public record Kept(Revision revision, String text) {}

  /** Where it is. */
  public Path path() {
    return directory.resolve(NAME);
  }

  /**
   * What was kept of a catalog's file; empty when there is nothing, or only what was kept of
   * another file, which must not be taken for this one's.
   *
   * @param file absolute
   */
  public Optional<Kept> of(Path file) throws IOException {
    String whole;
    try {
      whole = Files.readString(path());
    } catch (NoSuchFileException none) {
      return Optional.empty();
    }
    Matcher header = HEADER.matcher(whole);
    if (!header.lookingAt() || !header.group(3).equals(oneLine(file))) {
      return Optional.empty();
    }
    Revision revision =
        new Revision(Long.parseLong(header.group(1)), Long.parseLong(header.group(2)));
    return Optional.of(new Kept(revision, whole.substring(header.end())));
  }

  /** Replaces what was kept; on disk when it returns. */
  public void keep(Path file, Revision revision, String text) throws IOException {
    String whole = TITLE + "\n# revision " + revision + "\n# of " + oneLine(file) + "\n" + text;
    Path draft = directory.resolve(NAME + ".new");
    try (FileChannel out =
        FileChannel.open(
            draft,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(whole.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    Files.move(draft, path(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel entry = FileChannel.open(directory, StandardOpenOption.READ)) {
      entry.force(true);
    }
  }

  private static String oneLine(Path file) {
    return file.toString().replaceAll("\\p{Cntrl}", "?");
  }
}
