package io.sallyport.engine.preamble;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * How a client begins: perhaps with TLS's ClientHello (RFC 8446, section 4.1.2), which says the
 * name of the server that it wants (RFC 6066, section 3). Reads, and takes nothing.
 */
public sealed interface ClientHello {
  /** The longest ClientHello that is understood, without the frames of its records. */
  int MOST = 32 << 10;

  /** More is to come. */
  record Unfinished() implements ClientHello {}

  /**
   * It wants this server.
   *
   * @param name in small letters, without a final dot
   */
  record Named(String name) implements ClientHello {}

  /** It speaks TLS, and wants no server in particular. */
  record Nameless() implements ClientHello {}

  /** It speaks something else, or TLS of a kind that is not understood. */
  record Other() implements ClientHello {}

  /** Reads what has come so far. Pure; never throws, whatever has come. */
  static ClientHello read(ByteBuf bytes) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    int collected = 0;
    int header = 0;
    int frames = 0;
    while (collected < HANDSHAKE_HEADER || collected < HANDSHAKE_HEADER + (header & 0xffffff)) {
      if (at == end) {
        return new Unfinished();
      }
      if (bytes.getByte(at) != HANDSHAKE || (at + 1 < end && bytes.getByte(at + 1) != VERSION)) {
        return new Other();
      }
      if (end - at < RECORD_HEADER) {
        return new Unfinished();
      }
      int length = bytes.getUnsignedShort(at + 3);
      // A ClientHello in thousands of records is no client's.
      if (length == 0 || length > LONGEST_RECORD || ++frames > MOST_RECORDS) {
        return new Other();
      }
      at += RECORD_HEADER;
      int here = Math.min(length, end - at);
      for (int i = 0; i < here && collected + i < HANDSHAKE_HEADER; i++) {
        header = (header << Byte.SIZE) | bytes.getUnsignedByte(at + i);
      }
      collected += here;
      at += here;
      if (collected > 0
          && header >>> (Byte.SIZE * (Math.min(collected, HANDSHAKE_HEADER) - 1)) != CLIENT_HELLO) {
        return new Other();
      }
      if (collected >= HANDSHAKE_HEADER && (header & 0xffffff) > MOST) {
        return new Other();
      }
      if (here < length
          && (collected < HANDSHAKE_HEADER || collected < HANDSHAKE_HEADER + (header & 0xffffff))) {
        return new Unfinished();
      }
    }
    return name(whole(bytes, header & 0xffffff));
  }

  private static ByteBuf whole(ByteBuf bytes, int length) {
    byte[] all = new byte[HANDSHAKE_HEADER + length];
    int at = bytes.readerIndex();
    for (int filled = 0; filled < all.length; ) {
      int here = Math.min(bytes.getUnsignedShort(at + 3), all.length - filled);
      bytes.getBytes(at + RECORD_HEADER, all, filled, here);
      filled += here;
      at += RECORD_HEADER + here;
    }
    return Unpooled.wrappedBuffer(all).skipBytes(HANDSHAKE_HEADER);
  }

  private static ClientHello name(ByteBuf hello) {
    try {
      hello.skipBytes(VERSION_AND_RANDOM);
      hello.skipBytes(hello.readUnsignedByte());
      hello.skipBytes(hello.readUnsignedShort());
      hello.skipBytes(hello.readUnsignedByte());
      if (!hello.isReadable()) {
        return new Nameless();
      }
      ByteBuf extensions = hello.readSlice(hello.readUnsignedShort());
      while (extensions.isReadable()) {
        int type = extensions.readUnsignedShort();
        ByteBuf extension = extensions.readSlice(extensions.readUnsignedShort());
        if (type == SERVER_NAME) {
          return hostName(extension.readSlice(extension.readUnsignedShort()));
        }
      }
      return new Nameless();
    } catch (IndexOutOfBoundsException cut) {
      return new Other();
    }
  }

  private static ClientHello hostName(ByteBuf names) {
    while (names.isReadable()) {
      int type = names.readUnsignedByte();
      ByteBuf name = names.readSlice(names.readUnsignedShort());
      if (type == HOST_NAME) {
        String text = name.toString(StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        String bare = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        return bare.isEmpty() || bare.length() > LONGEST_NAME ? new Nameless() : new Named(bare);
      }
    }
    return new Nameless();
  }

  /** A record's type. */
  int HANDSHAKE = 22;

  /** The first byte of every version of TLS. */
  int VERSION = 3;

  /** Type, version and length. */
  int RECORD_HEADER = 5;

  /** By RFC 8446, section 5.1. */
  int LONGEST_RECORD = 1 << 14;

  /** Few enough for what is read at most. */
  int MOST_RECORDS = 2_000;

  /** Type and length. */
  int HANDSHAKE_HEADER = 4;

  /** A handshake message's type. */
  int CLIENT_HELLO = 1;

  /** What stands before the session's id. */
  int VERSION_AND_RANDOM = 34;

  /** An extension's type. */
  int SERVER_NAME = 0;

  /** A server name's type. */
  int HOST_NAME = 0;

  /** As DNS has it. */
  int LONGEST_NAME = 253;
}
