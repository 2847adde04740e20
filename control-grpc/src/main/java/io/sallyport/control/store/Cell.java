package io.sallyport.control.store;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** How a value lies in an embedded store's file: its version, a checksum, and itself. */
final class Cell {
  private static final int HEADER = Long.BYTES + Integer.BYTES;

  private Cell() {}

  static byte[] of(String key, long version, ByteString value) {
    ByteBuffer cell = ByteBuffer.allocate(HEADER + value.size());
    cell.putLong(version).putInt(0);
    value.copyTo(cell);
    cell.putInt(Long.BYTES, sum(key, cell.array()));
    return cell.array();
  }

  static long version(byte[] cell) {
    return ByteBuffer.wrap(cell).getLong();
  }

  /**
   * Reads a value.
   *
   * @throws StoreException when it is not what was written
   */
  static KeyValueStore.Entry entry(String key, byte[] cell) {
    check(key, cell);
    return new KeyValueStore.Entry(
        key, ByteString.copyFrom(cell, HEADER, cell.length - HEADER), version(cell));
  }

  static void check(String key, byte[] cell) {
    if (cell.length < HEADER || ByteBuffer.wrap(cell).getInt(Long.BYTES) != sum(key, cell)) {
      throw new StoreException("what is stored under " + key + " is damaged");
    }
  }

  private static int sum(String key, byte[] cell) {
    CRC32C sum = new CRC32C();
    sum.update(key.getBytes(StandardCharsets.UTF_8));
    sum.update(cell, 0, Long.BYTES);
    sum.update(cell, HEADER, cell.length - HEADER);
    return (int) sum.getValue();
  }
}
