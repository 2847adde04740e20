package io.sallyport.control.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/**
 * Remembers, beside a store's file, how many transactions were acknowledged, so that a file that
 * fell back behind them (a broken disk, an old copy) is noticed. One line of text in one sector.
 * Used by one thread.
 */
final class Witness implements AutoCloseable {
  private static final String MARK = "sallyport-store ";

  private final FileChannel channel;

  Witness(Path file) throws IOException {
    channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /** Makes one where there is none, of a store without a transaction. */
  static void create(Path file) throws IOException {
    if (!Files.exists(file)) {
      try (FileChannel fresh =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        tell(fresh, 0);
      } catch (FileAlreadyExistsException another) {
        // A process that was faster; the lock of the store's file decides between the two.
        return;
      }
    }
  }

  /** What a witness says; empty when there is none, or none that is whole. */
  static OptionalLong told(Path file) throws IOException {
    if (!Files.exists(file)) {
      return OptionalLong.empty();
    }
    String line = Files.readString(file, StandardCharsets.ISO_8859_1);
    int end = line.indexOf('\n');
    if (end < 0 || !line.startsWith(MARK)) {
      return OptionalLong.empty();
    }
    String[] words = line.substring(MARK.length(), end).strip().split(" ", -1);
    try {
      long sequence = Long.parseLong(words[0]);
      return line(sequence).equals(line.substring(0, end + 1))
          ? OptionalLong.of(sequence)
          : OptionalLong.empty();
    } catch (NumberFormatException notOurs) {
      return OptionalLong.empty();
    }
  }

  /** Returns once it would survive a crash. */
  void tell(long sequence) throws IOException {
    tell(channel, sequence);
  }

  private static void tell(FileChannel channel, long sequence) throws IOException {
    ByteBuffer line = ByteBuffer.wrap(line(sequence).getBytes(StandardCharsets.ISO_8859_1));
    while (line.hasRemaining()) {
      channel.write(line, line.position());
    }
    channel.force(false);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Always of the same length, so that nothing of an older one is left behind it. */
  private static String line(long sequence) {
    String number = String.format(Locale.ROOT, "%019d", sequence);
    CRC32C sum = new CRC32C();
    sum.update(number.getBytes(StandardCharsets.ISO_8859_1));
    return String.format(Locale.ROOT, "%s%s %08x\n", MARK, number, sum.getValue());
  }
}
