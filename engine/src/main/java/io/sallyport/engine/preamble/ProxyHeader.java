package io.sallyport.engine.preamble;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyMessageEncoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.handler.codec.haproxy.HAProxySSLTLV;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.SendProxy;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A header of HAProxy's PROXY protocol, version 1 or 2, by Netty's codec. How far it reaches is
 * found here, so that the codec sees exactly one header and keeps nothing.
 */
public sealed interface ProxyHeader {
  /** The longest header that is taken: with its further facts. */
  int MOST = 4 << 10;

  /** More is to come. */
  record Unfinished() implements ProxyHeader {}

  /**
   * It is none.
   *
   * @param reason for the log
   */
  record Invalid(String reason) implements ProxyHeader {}

  /**
   * One header.
   *
   * @param length its bytes
   * @param source whom the sender speaks for; null when it speaks for itself
   * @param destination where that client wanted to go; null with the source
   * @param tlvs what else it says, without what is true of this header alone
   */
  record Whole(
      int length,
      @Nullable InetSocketAddress source,
      @Nullable InetSocketAddress destination,
      List<Tlv> tlvs)
      implements ProxyHeader {}

  /** Reads what has come so far, and takes nothing. Never throws, whatever has come. */
  static ProxyHeader read(ByteBuf bytes) {
    if (!bytes.isReadable()) {
      return new Unfinished();
    }
    int length =
        bytes.getByte(bytes.readerIndex()) == TEXT.charAt(0)
            ? textLength(bytes)
            : binaryLength(bytes);
    return switch (length) {
      case UNKNOWN -> new Unfinished();
      case NONE -> new Invalid("does not begin like one, or is too long");
      default -> decoded(bytes, length);
    };
  }

  private static int textLength(ByteBuf bytes) {
    if (differs(bytes, TEXT)) {
      return NONE;
    }
    int within = Math.min(bytes.readableBytes(), LONGEST_TEXT);
    int end = bytes.indexOf(bytes.readerIndex(), bytes.readerIndex() + within, (byte) '\n');
    if (end < 0) {
      return within == LONGEST_TEXT ? NONE : UNKNOWN;
    }
    return bytes.getByte(end - 1) == '\r' ? end + 1 - bytes.readerIndex() : NONE;
  }

  private static int binaryLength(ByteBuf bytes) {
    if (differs(bytes, BINARY)) {
      return NONE;
    }
    if (bytes.readableBytes() < BINARY_START) {
      return UNKNOWN;
    }
    int length = BINARY_START + bytes.getUnsignedShort(bytes.readerIndex() + BINARY_START - 2);
    if (length > MOST) {
      return NONE;
    }
    return bytes.readableBytes() < length ? UNKNOWN : length;
  }

  private static boolean differs(ByteBuf bytes, String start) {
    int known = Math.min(bytes.readableBytes(), start.length());
    for (int i = 0; i < known; i++) {
      if (bytes.getByte(bytes.readerIndex() + i) != start.charAt(i)) {
        return true;
      }
    }
    return false;
  }

  private static ProxyHeader decoded(ByteBuf bytes, int length) {
    EmbeddedChannel codec = new EmbeddedChannel(new HAProxyMessageDecoder(MOST, true));
    try {
      codec.writeInbound(Unpooled.copiedBuffer(bytes.slice(bytes.readerIndex(), length)));
      HAProxyMessage message = codec.readInbound();
      if (message == null) {
        return new Invalid("is not whole");
      }
      try {
        return whole(message, length);
      } finally {
        message.release();
      }
    } catch (RuntimeException broken) {
      return new Invalid(String.valueOf(broken.getMessage()));
    } finally {
      release(codec);
    }
  }

  private static void release(EmbeddedChannel codec) {
    try {
      codec.finishAndReleaseAll();
    } catch (RuntimeException again) {
      // A decoder that has failed may fail once more over what it still holds.
    }
  }

  private static Whole whole(HAProxyMessage message, int length) {
    boolean proxied =
        message.command() == HAProxyCommand.PROXY
            && (message.proxiedProtocol() == HAProxyProxiedProtocol.TCP4
                || message.proxiedProtocol() == HAProxyProxiedProtocol.TCP6);
    List<Tlv> tlvs = tlvs(message.tlvs());
    return proxied
        ? new Whole(
            length,
            socketAddress(message.sourceAddress(), message.sourcePort()),
            socketAddress(message.destinationAddress(), message.destinationPort()),
            tlvs)
        : new Whole(length, null, null, tlvs);
  }

  private static InetSocketAddress socketAddress(@Nullable String text, int port) {
    InetAddress address =
        Addresses.literal(String.valueOf(text))
            .orElseThrow(() -> new IllegalArgumentException("holds no address"));
    return new InetSocketAddress(address, port);
  }

  private static List<Tlv> tlvs(List<HAProxyTLV> read) {
    List<Tlv> kept = new ArrayList<>();
    for (int i = 0; i < read.size(); i++) {
      HAProxyTLV tlv = read.get(i);
      if (tlv.typeByteValue() != CHECKSUM && tlv.typeByteValue() != PADDING) {
        byte[] content = new byte[tlv.content().readableBytes()];
        tlv.content().getBytes(tlv.content().readerIndex(), content);
        kept.add(new Tlv(tlv.typeByteValue(), content));
      }
      if (tlv instanceof HAProxySSLTLV tls) {
        // The codec lists what is inside once more behind it.
        i += tls.encapsulatedTLVs().size();
      }
    }
    return List.copyOf(kept);
  }

  /**
   * Writes a header, into memory that the caller releases. Addresses of two families are both
   * written as IPv6.
   */
  static ByteBuf write(
      SendProxy version, InetSocketAddress source, InetSocketAddress destination, List<Tlv> tlvs) {
    boolean four =
        source.getAddress() instanceof Inet4Address
            && destination.getAddress() instanceof Inet4Address;
    HAProxyMessage message =
        new HAProxyMessage(
            version == SendProxy.V1 ? HAProxyProtocolVersion.V1 : HAProxyProtocolVersion.V2,
            HAProxyCommand.PROXY,
            four ? HAProxyProxiedProtocol.TCP4 : HAProxyProxiedProtocol.TCP6,
            text(source.getAddress(), four),
            text(destination.getAddress(), four),
            source.getPort(),
            destination.getPort(),
            version == SendProxy.V1
                ? List.of()
                : tlvs.stream()
                    .map(tlv -> new HAProxyTLV(tlv.type(), Unpooled.wrappedBuffer(tlv.content())))
                    .toList());
    EmbeddedChannel codec = new EmbeddedChannel(HAProxyMessageEncoder.INSTANCE);
    try {
      codec.writeOutbound(message);
      ByteBuf written = codec.readOutbound();
      try {
        return PooledByteBufAllocator.DEFAULT
            .directBuffer(written.readableBytes())
            .writeBytes(written);
      } finally {
        written.release();
      }
    } finally {
      codec.finishAndReleaseAll();
    }
  }

  private static String text(InetAddress address, boolean four) {
    return address instanceof Inet4Address && !four
        ? "::ffff:" + address.getHostAddress()
        : Addresses.text(address);
  }

  /** How version 1 begins. */
  String TEXT = "PROXY ";

  /** How version 2 begins. */
  String BINARY = "\r\n\r\n\0\r\nQUIT\n";

  /** What of version 2 stands before the addresses; its length is the last of it. */
  int BINARY_START = 16;

  /** The longest line of version 1, its end included. */
  int LONGEST_TEXT = 107;

  /** The type of a fact that is true of its own header alone. */
  byte CHECKSUM = 3;

  /** The type of a fact that is none. */
  byte PADDING = 4;

  /** More must come before it is known how long it is. */
  int UNKNOWN = 0;

  /** It is no header. */
  int NONE = -1;
}
