package io.sallyport.plugins.injection.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The bytes of a file. Nobody changes them once they are in here. */
public final class Content {
  private final byte[] bytes;

  public Content(byte[] bytes) {
    this.bytes = bytes;
  }

  public static Content of(Path file) throws IOException {
    return new Content(Files.readAllBytes(file));
  }

  /** The bytes themselves, to be read only. */
  public byte[] bytes() {
    return bytes;
  }

  public int size() {
    return bytes.length;
  }

  /** At least so long, with line feeds where there was nothing. */
  public Content padded(int size) {
    if (size <= bytes.length) {
      return this;
    }
    byte[] padded = Arrays.copyOf(bytes, size);
    Arrays.fill(padded, bytes.length, size, (byte) '\n');
    return new Content(padded);
  }

  /** Followed by what the other has from an index on. */
  public Content plus(Content other, int from) {
    byte[] sum = Arrays.copyOf(bytes, bytes.length + other.bytes.length - from);
    System.arraycopy(other.bytes, from, sum, bytes.length, other.bytes.length - from);
    return new Content(sum);
  }

  /** Writes over what the file has from its start; does not shorten it. */
  public void writeTo(FileChannel channel) throws IOException {
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
