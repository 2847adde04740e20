package io.sallyport.plugins.injection.files;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Journals of writes in place, kept in the state directory: while one exists, its file may be torn,
 * and the journal holds all that is needed to make it whole.
 *
 * <p>A journal gets its name only once it is complete and on disk.
 */
public final class Journal {
  private static final long MAGIC = 0x53414c4c59484a31L;
  private static final String PREFIX = "hosts-file-";
  private static final String SUFFIX = ".journal";

  private final Path stateDirectory;
  private final Step.Trace trace;

  public Journal(Path stateDirectory, Step.Trace trace) {
    this.stateDirectory = stateDirectory;
    this.trace = trace;
  }

  /**
   * A write in place that began.
   *
   * @param target the file, no link
   * @param before its content then
   * @param after what it should become
   */
  public record Entry(Path target, Content before, Content after) {}

  /** Promises a write. On return the journal is on disk. */
  public Path begin(Entry entry) throws IOException {
    Path journal = fileFor(entry.target());
    Path temporary = journal.resolveSibling(journal.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      encode(entry).writeTo(channel);
      channel.force(true);
    }
    trace.reached(Step.JOURNAL_WRITTEN);
    Files.move(temporary, journal, StandardCopyOption.ATOMIC_MOVE);
    syncDirectory(stateDirectory);
    trace.reached(Step.JOURNAL_PUBLISHED);
    return journal;
  }

  /** Forgets a write whose file is whole and on disk. */
  public void end(Path journal) throws IOException {
    Files.deleteIfExists(journal);
    syncDirectory(stateDirectory);
    trace.reached(Step.JOURNAL_REMOVED);
  }

  /** Puts a journal aside that no longer fits its file, so that a person can look into it. */
  public Path keepAside(Path journal) throws IOException {
    Path aside = journal.resolveSibling(journal.getFileName() + ".unused");
    Files.move(journal, aside, StandardCopyOption.ATOMIC_MOVE);
    syncDirectory(stateDirectory);
    return aside;
  }

  /** The journals of writes that were interrupted. Changes nothing. */
  public List<Path> pending() throws IOException {
    List<Path> journals = new ArrayList<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(stateDirectory, PREFIX + "*" + SUFFIX)) {
      files.forEach(journals::add);
    } catch (NoSuchFileException noDirectory) {
      // Nothing was ever written there.
      return journals;
    }
    Collections.sort(journals);
    return journals;
  }

  /** Reads a journal; empty when it is damaged. */
  public Optional<Entry> read(Path journal) throws IOException {
    byte[] bytes = Files.readAllBytes(journal);
    int body = bytes.length - Long.BYTES;
    if (body <= 0 || ByteBuffer.wrap(bytes, body, Long.BYTES).getLong() != checksum(bytes, body)) {
      return Optional.empty();
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, body));
    if (in.readLong() != MAGIC) {
      return Optional.empty();
    }
    Path target = Path.of(new String(part(in), StandardCharsets.UTF_8));
    return Optional.of(new Entry(target, new Content(part(in)), new Content(part(in))));
  }

  private Path fileFor(Path target) {
    String name = HexFormat.of().toHexDigits(Checksum.of(target.toString()));
    return stateDirectory.resolve(PREFIX + name + SUFFIX);
  }

  private static Content encode(Entry entry) {
    ByteArrayOutputStream bytes =
        new ByteArrayOutputStream(entry.before().size() + entry.after().size() + 256);
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeLong(MAGIC);
      for (byte[] part :
          List.of(
              entry.target().toString().getBytes(StandardCharsets.UTF_8),
              entry.before().bytes(),
              entry.after().bytes())) {
        out.writeInt(part.length);
        out.write(part);
      }
      out.writeLong(checksum(bytes.toByteArray(), bytes.size()));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return new Content(bytes.toByteArray());
  }

  private static byte[] part(DataInputStream in) throws IOException {
    return in.readNBytes(in.readInt());
  }

  private static long checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return crc.getValue();
  }

  public static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
