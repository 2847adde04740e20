package io.sallyport.plugins.injection.dns;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/** The bytes of a DNS message. Nobody changes them once they are in here. */
final class Message {
  /** A message starts with its number, flags and four counts. */
  static final int HEADER = 12;

  static final int FLAG_RESPONSE = 0x8000;
  static final int OPCODES = 0x7800;
  static final int FLAG_TRUNCATED = 0x0200;
  static final int FLAG_RECURSION_DESIRED = 0x0100;
  static final int FLAG_RECURSION_AVAILABLE = 0x0080;
  static final int FLAG_CHECKING_DISABLED = 0x0010;
  static final int CODES = 0x000f;

  private final byte[] bytes;

  Message(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Copies what is there to be read. */
  static Message copyOf(ByteBuf buffer) {
    return new Message(ByteBufUtil.getBytes(buffer));
  }

  /** The bytes themselves, to be read only. */
  byte[] bytes() {
    return bytes;
  }

  int length() {
    return bytes.length;
  }

  /** The unsigned number of two bytes. */
  int unsigned(int at) {
    return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
  }

  /** The number that tells an answer's question. */
  int id() {
    return unsigned(0);
  }

  int flags() {
    return unsigned(2);
  }

  int questions() {
    return unsigned(4);
  }

  int answers() {
    return unsigned(6);
  }

  int authorities() {
    return unsigned(8);
  }

  int additionals() {
    return unsigned(10);
  }

  /** The same with another number. */
  Message numbered(int id) {
    byte[] copy = bytes.clone();
    copy[0] = (byte) (id >> 8);
    copy[1] = (byte) id;
    return new Message(copy);
  }

  /** To be written; shares the bytes. */
  ByteBuf buffer() {
    return Unpooled.wrappedBuffer(bytes);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes";
  }
}
