package io.sallyport.distribution.hocon;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * A file as strict UTF-8, or why it is none.
 *
 * @since 0.1
 */
public sealed interface TextFile {
  /** The longest file that is read, in bytes. */
  long MOST_BYTES = 64L << 20;

  /** What Java puts in the place of bytes that are no UTF-8. */
  char REPLACEMENT = '\ufffd';

  /**
   * The file could be read.
   *
   * @param text all of it
   */
  record Text(String text) implements TextFile {}

  /**
   * It could not.
   *
   * @param line the line of the first byte that is no UTF-8; 0 for the file as a whole
   * @param message what is wrong, in words that follow the file's name
   * @param remedy what would help
   */
  record Unreadable(int line, String message, String remedy) implements TextFile {}

  /** True when the path leads to something, whatever it is. */
  static boolean exists(Path file) {
    return Files.exists(file);
  }

  /** Reads a file as strict UTF-8; blocks while it does, and never throws. */
  static TextFile read(Path file) {
    return read(file, TextFile::decoded);
  }

  /** The same, with a replacement character for each byte that is no UTF-8. */
  static TextFile lenient(Path file) {
    return read(file, bytes -> new Text(new String(bytes, StandardCharsets.UTF_8)));
  }

  private static TextFile read(Path file, Function<byte[], TextFile> decoding) {
    try {
      if (Files.isDirectory(file)) {
        return new Unreadable(0, "is a directory, not a file", "name the file in it");
      }
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        return new Unreadable(0, "is not a regular file", "copy its content into one");
      }
      if (Files.size(file) > MOST_BYTES) {
        return new Unreadable(0, "is longer than 64 MiB", "check that it is the right file");
      }
      return decoding.apply(Files.readAllBytes(file));
    } catch (NoSuchFileException missing) {
      return new Unreadable(0, "does not exist", "check the path");
    } catch (AccessDeniedException denied) {
      return new Unreadable(0, "may not be read by this user", "grant read access to it");
    } catch (IOException failed) {
      String why = failed.getMessage() == null ? failed.toString() : failed.getMessage();
      return new Unreadable(0, "cannot be read: " + why, "");
    }
  }

  private static TextFile decoded(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) < 0) {
      return new Text(text);
    }
    // What is no UTF-8 shows as that character, which a file may also hold as its own.
    var decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    if (decoder.decode(in, out, true).isError()) {
      int line = 1;
      for (int i = 0; i < in.position(); i++) {
        line += bytes[i] == '\n' ? 1 : 0;
      }
      String code = String.format("0x%02X", bytes[in.position()] & 0xff);
      return new Unreadable(
          line, "is not UTF-8: the byte " + code + " fits nothing", "save the file as UTF-8");
    }
    return new Text(out.flip().toString());
  }
}
