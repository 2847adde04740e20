package io.sallyport.plugins.injection.dns;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.dns.DnsRecordType;
import java.nio.charset.StandardCharsets;

/** Questions that tests ask. */
final class Questions {
  private Questions() {}

  static Message of(int id, String name, DnsRecordType type) {
    return new Message(bytes(id, name, type.intValue(), 1, -1, 0));
  }

  /** The same with EDNS: the size of answers, and the version. */
  static Message edns(int id, String name, DnsRecordType type, int size, int version) {
    return new Message(bytes(id, name, type.intValue(), 1, size, version));
  }

  static byte[] bytes(int id, String name, int type, int recordClass, int size, int version) {
    ByteBuf out = Unpooled.buffer();
    out.writeShort(id).writeShort(Message.FLAG_RECURSION_DESIRED);
    out.writeShort(1).writeShort(0).writeShort(0).writeShort(size < 0 ? 0 : 1);
    for (String label : name.split("\\.", -1)) {
      out.writeByte(label.length());
      out.writeCharSequence(label, StandardCharsets.ISO_8859_1);
    }
    if (!name.isEmpty()) {
      out.writeByte(0);
    }
    out.writeShort(type).writeShort(recordClass);
    if (size >= 0) {
      out.writeByte(0).writeShort(41).writeShort(size).writeByte(0).writeByte(version);
      out.writeShort(0).writeShort(0);
    }
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes).release();
    return bytes;
  }
}
