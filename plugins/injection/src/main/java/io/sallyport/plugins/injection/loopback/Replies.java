package io.sallyport.plugins.injection.loopback;

import io.sallyport.plugins.injection.loopback.Reply.AddressTold;
import io.sallyport.plugins.injection.loopback.Reply.Ended;
import io.sallyport.plugins.injection.loopback.Reply.LinkTold;
import io.sallyport.plugins.injection.loopback.Reply.Other;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decodes what the kernel sends through rtnetlink; the formats are in {@link Rtnetlink}. Pure.
 *
 * <p>Attributes and messages of unknown types are passed over, as the kernel adds new ones.
 */
final class Replies {
  private static final HexFormat HARDWARE = HexFormat.ofDelimiter(":");

  private final ByteOrder order;

  /** Makes a decoder; the kernel writes in the machine's own byte order. */
  Replies(ByteOrder order) {
    this.order = order;
  }

  /**
   * All messages of one datagram.
   *
   * @throws NetlinkException when a length does not fit
   */
  List<Reply> read(ByteBuffer datagram) {
    ByteBuffer rest = datagram.slice().order(order);
    List<Reply> replies = new ArrayList<>();
    while (rest.remaining() >= Rtnetlink.HEADER) {
      int length = rest.getInt(rest.position());
      if (length < Rtnetlink.HEADER || length > rest.remaining()) {
        throw malformed("a message of " + length + " bytes", rest.remaining());
      }
      replies.add(message(rest.slice(rest.position(), length).order(order)));
      rest.position(Math.min(rest.limit(), rest.position() + Rtnetlink.aligned(length)));
    }
    return replies;
  }

  private Reply message(ByteBuffer message) {
    message.getInt();
    int type = Short.toUnsignedInt(message.getShort());
    int flags = Short.toUnsignedInt(message.getShort());
    int sequence = message.getInt();
    message.getInt();
    boolean interrupted = (flags & Rtnetlink.NLM_F_DUMP_INTR) != 0;
    return switch (type) {
      case Rtnetlink.NLMSG_DONE -> done(message, sequence, interrupted);
      case Rtnetlink.NLMSG_ERROR -> answer(message, sequence, flags);
      case Rtnetlink.RTM_NEWADDR, Rtnetlink.RTM_DELADDR ->
          address(message, type == Rtnetlink.RTM_DELADDR, sequence, interrupted);
      case Rtnetlink.RTM_NEWLINK, Rtnetlink.RTM_DELLINK ->
          link(message, type == Rtnetlink.RTM_DELLINK, sequence);
      default -> new Other(sequence, type);
    };
  }

  private static Reply done(ByteBuffer message, int sequence, boolean interrupted) {
    int error = message.remaining() >= Integer.BYTES ? -message.getInt() : 0;
    return new Ended(sequence, interrupted, error, "");
  }

  /** struct nlmsgerr: s32 error, the request's header, its payload unless capped; attributes. */
  private Reply answer(ByteBuffer message, int sequence, int flags) {
    need(message, Integer.BYTES + Rtnetlink.HEADER, "an acknowledgement");
    int errno = -message.getInt();
    int requestLength = message.getInt(message.position());
    boolean capped = (flags & Rtnetlink.NLM_F_CAPPED) != 0;
    String words = "";
    if ((flags & Rtnetlink.NLM_F_ACK_TLVS) != 0) {
      int skip = capped ? Rtnetlink.HEADER : Rtnetlink.aligned(requestLength);
      need(message, skip, "an acknowledgement");
      message.position(message.position() + skip);
      words =
          Optional.ofNullable(attributes(message).get(Rtnetlink.NLMSGERR_ATTR_MSG))
              .map(Replies::text)
              .orElse("");
    }
    return new Ended(sequence, false, errno, words);
  }

  private Reply address(ByteBuffer message, boolean gone, int sequence, boolean interrupted) {
    need(message, Rtnetlink.ADDRESS_HEADER, "an address");
    int family = message.get();
    int prefix = Byte.toUnsignedInt(message.get());
    message.getShort();
    int link = message.getInt();
    Map<Integer, ByteBuffer> attributes = attributes(message);
    // With a peer, IFA_ADDRESS is the peer's; IPv6 sends IFA_LOCAL only then.
    ByteBuffer local = attributes.get(Rtnetlink.IFA_LOCAL);
    ByteBuffer raw = local != null ? local : attributes.get(Rtnetlink.IFA_ADDRESS);
    boolean internet = family == Rtnetlink.AF_INET || family == Rtnetlink.AF_INET6;
    if (!internet || raw == null) {
      return new Other(sequence, gone ? Rtnetlink.RTM_DELADDR : Rtnetlink.RTM_NEWADDR);
    }
    ByteBuffer protocol = attributes.get(Rtnetlink.IFA_PROTO);
    int who = protocol == null || !protocol.hasRemaining() ? 0 : Byte.toUnsignedInt(protocol.get());
    return new AddressTold(
        sequence, gone, interrupted, new LinkAddress(link, inet(raw), prefix, who));
  }

  private Reply link(ByteBuffer message, boolean gone, int sequence) {
    need(message, Rtnetlink.LINK_HEADER, "a link");
    message.getInt();
    int index = message.getInt();
    int flags = message.getInt();
    message.getInt();
    Map<Integer, ByteBuffer> attributes = attributes(message);
    ByteBuffer name = attributes.get(Rtnetlink.IFLA_IFNAME);
    ByteBuffer hardware = attributes.get(Rtnetlink.IFLA_ADDRESS);
    ByteBuffer info = attributes.get(Rtnetlink.IFLA_LINKINFO);
    ByteBuffer kind = info == null ? null : attributes(info).get(Rtnetlink.IFLA_INFO_KIND);
    Link link =
        new Link(
            index,
            name == null ? "" : text(name),
            (flags & Rtnetlink.IFF_UP) != 0,
            (flags & Rtnetlink.IFF_LOOPBACK) != 0,
            kind == null ? "" : text(kind),
            hardware == null ? "" : HARDWARE.formatHex(bytes(hardware)));
    return new LinkTold(sequence, gone, link);
  }

  private Map<Integer, ByteBuffer> attributes(ByteBuffer rest) {
    Map<Integer, ByteBuffer> attributes = new HashMap<>();
    while (rest.remaining() >= Rtnetlink.ATTRIBUTE_HEADER) {
      int start = rest.position();
      int length = Short.toUnsignedInt(rest.getShort(start));
      int type = Short.toUnsignedInt(rest.getShort(start + 2)) & Rtnetlink.ATTRIBUTE_TYPE;
      if (length < Rtnetlink.ATTRIBUTE_HEADER || length > rest.remaining()) {
        throw malformed("an attribute of " + length + " bytes", rest.remaining());
      }
      int header = Rtnetlink.ATTRIBUTE_HEADER;
      attributes.put(type, rest.slice(start + header, length - header).order(order));
      rest.position(Math.min(rest.limit(), start + Rtnetlink.aligned(length)));
    }
    return attributes;
  }

  private static InetAddress inet(ByteBuffer raw) {
    try {
      return InetAddress.getByAddress(bytes(raw));
    } catch (UnknownHostException wrongLength) {
      throw new NetlinkException("the kernel sent an address of " + raw.limit() + " bytes");
    }
  }

  /** A text up to the zero that may end it. */
  private static String text(ByteBuffer raw) {
    String text = StandardCharsets.UTF_8.decode(raw.duplicate()).toString();
    int end = text.indexOf('\0');
    return end < 0 ? text : text.substring(0, end);
  }

  private static byte[] bytes(ByteBuffer raw) {
    byte[] bytes = new byte[raw.remaining()];
    raw.get(raw.position(), bytes);
    return bytes;
  }

  private static void need(ByteBuffer message, int bytes, String what) {
    if (message.remaining() < bytes) {
      throw malformed(what + " that needs " + bytes + " bytes", message.remaining());
    }
  }

  private static NetlinkException malformed(String what, int remaining) {
    return new NetlinkException(
        "the kernel sent " + what + " where " + remaining + " bytes are left");
  }
}
