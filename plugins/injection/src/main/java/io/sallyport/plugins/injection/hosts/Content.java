package io.sallyport.plugins.injection.hosts;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The bytes of a file. Nobody changes them once they are in here. */
final class Content {
  private final byte[] bytes;

  Content(byte[] bytes) {
    this.bytes = bytes;
  }

  static Content of(Path file) throws IOException {
    return new Content(Files.readAllBytes(file));
  }

  /** The bytes themselves, to be read only. */
  byte[] bytes() {
    return bytes;
  }

  int size() {
    return bytes.length;
  }

  /** At least so long, with line feeds where there was nothing. */
  Content padded(int size) {
    if (size <= bytes.length) {
      return this;
    }
    byte[] padded = Arrays.copyOf(bytes, size);
    Arrays.fill(padded, bytes.length, size, (byte) '\n');
    return new Content(padded);
  }

  /** Followed by what the other has from an index on. */
  Content plus(Content other, int from) {
    byte[] sum = Arrays.copyOf(bytes, bytes.length + other.bytes.length - from);
    System.arraycopy(other.bytes, from, sum, bytes.length, other.bytes.length - from);
    return new Content(sum);
  }

  /** Writes over what the file has from its start; does not shorten it. */
  void writeTo(FileChannel channel) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    while (rest.hasRemaining()) {
      channel.write(rest, rest.position());
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Content content && Arrays.equals(bytes, content.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes";
  }
}
