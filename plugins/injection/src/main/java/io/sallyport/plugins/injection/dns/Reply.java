package io.sallyport.plugins.injection.dns;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.dns.DefaultDnsPtrRecord;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordEncoder;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.util.ReferenceCountUtil;
import io.sallyport.api.catalog.HostName;
import io.sallyport.plugins.injection.dns.Query.Edns;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes answers of our own. */
final class Reply {
  private static final int FLAG_AUTHORITATIVE = 0x0400;
  private static final int KEPT_FLAGS =
      Message.OPCODES | Message.FLAG_RECURSION_DESIRED | Message.FLAG_CHECKING_DISABLED;

  /** What fits into one packet of the usual links (the DNS flag day of 2020). */
  private static final int OUR_UDP_SIZE = 1232;

  private static final int VERSION_SHIFT = 24;
  private static final int SECURE = 0x8000;

  private Reply() {}

  /** An error for something that is no question we understand: the header alone. */
  static Message error(Message message, DnsResponseCode code) {
    byte[] reply = Arrays.copyOf(message.bytes(), Message.HEADER);
    Arrays.fill(reply, 4, Message.HEADER, (byte) 0);
    flags(reply, message.flags(), 0, code.intValue());
    return new Message(reply);
  }

  /** An answer without records. */
  static Message empty(Query query, DnsResponseCode code) {
    return written(query, code, 0, List.of(), List.of());
  }

  /** The addresses of one of our names, of the family asked for: possibly none. */
  static Message addresses(Query query, List<InetAddress> addresses, Duration timeToLive) {
    List<DnsRecord> answers = new ArrayList<>();
    for (InetAddress address : addresses) {
      DnsRecordType type = address instanceof Inet4Address ? DnsRecordType.A : DnsRecordType.AAAA;
      if (asksFor(query, type)) {
        ByteBuf content = Unpooled.wrappedBuffer(address.getAddress());
        answers.add(new DefaultDnsRawRecord(dotted(query), type, timeToLive.toSeconds(), content));
      }
    }
    return own(query, answers, timeToLive);
  }

  /** The names of one of our addresses. */
  static Message names(Query query, List<HostName> names, Duration timeToLive) {
    List<DnsRecord> answers = new ArrayList<>();
    if (asksFor(query, DnsRecordType.PTR)) {
      for (HostName name : names) {
        answers.add(
            new DefaultDnsPtrRecord(
                dotted(query), Query.INTERNET, timeToLive.toSeconds(), name.text() + "."));
      }
    }
    return own(query, answers, timeToLive);
  }

  /** Of an answer that is too long, what tells the asker to come back over TCP. */
  static Message truncated(Query query, Message answer) {
    int flags = answer.flags();
    DnsResponseCode code = DnsResponseCode.valueOf(flags & Message.CODES);
    byte[] reply = written(query, code, 0, List.of(), List.of()).bytes();
    // What the answer said of itself stays true.
    reply[2] = (byte) (flags >> 8 | Message.FLAG_TRUNCATED >> 8);
    reply[3] = (byte) flags;
    return new Message(reply);
  }

  private static boolean asksFor(Query query, DnsRecordType type) {
    return query.type() == type.intValue() || query.type() == DnsRecordType.ANY.intValue();
  }

  /** Without records, it says for how long there are none (RFC 2308), or caches would ask again. */
  private static Message own(Query query, List<DnsRecord> answers, Duration timeToLive) {
    List<DnsRecord> authority = answers.isEmpty() ? List.of(soa(query, timeToLive)) : List.of();
    return written(query, DnsResponseCode.NOERROR, FLAG_AUTHORITATIVE, answers, authority);
  }

  private static DnsRecord soa(Query query, Duration timeToLive) {
    ByteBuf content = Unpooled.buffer();
    name(content, "localhost");
    name(content, "nobody.invalid");
    int seconds = (int) timeToLive.toSeconds();
    // Serial number, refresh, retry and expiry mean nothing here; the last one is what counts.
    content.writeInt(1).writeInt(3600).writeInt(1200).writeInt(86_400).writeInt(seconds);
    return new DefaultDnsRawRecord(dotted(query), DnsRecordType.SOA, seconds, content);
  }

  private static void name(ByteBuf out, String name) {
    for (String label : name.split("\\.", -1)) {
      out.writeByte(label.length()).writeCharSequence(label, StandardCharsets.US_ASCII);
    }
    out.writeByte(0);
  }

  private static Message written(
      Query query,
      DnsResponseCode code,
      int flags,
      List<DnsRecord> answers,
      List<DnsRecord> authority) {
    ByteBuf out = Unpooled.buffer();
    out.writeBytes(query.message().bytes(), 0, 4);
    out.writeShort(1).writeShort(answers.size()).writeShort(authority.size());
    out.writeShort(query.edns().isPresent() ? 1 : 0);
    out.writeBytes(query.message().bytes(), Message.HEADER, query.end() - Message.HEADER);
    try {
      for (DnsRecord answer : answers) {
        DnsRecordEncoder.DEFAULT.encodeRecord(answer, out);
      }
      for (DnsRecord record : authority) {
        DnsRecordEncoder.DEFAULT.encodeRecord(record, out);
      }
    } catch (Exception impossible) {
      throw new IllegalStateException("an answer could not be written", impossible);
    } finally {
      answers.forEach(ReferenceCountUtil::release);
      authority.forEach(ReferenceCountUtil::release);
    }
    query.edns().ifPresent(edns -> opt(out, edns, code));
    byte[] reply = new byte[out.readableBytes()];
    out.readBytes(reply).release();
    flags(reply, query.message().flags(), flags, code.intValue());
    return new Message(reply);
  }

  private static void opt(ByteBuf out, Edns edns, DnsResponseCode code) {
    long extended = (long) (code.intValue() >> 4) << VERSION_SHIFT | (edns.secure() ? SECURE : 0);
    out.writeByte(0).writeShort(DnsRecordType.OPT.intValue()).writeShort(OUR_UDP_SIZE);
    out.writeInt((int) extended).writeShort(0);
  }

  private static void flags(byte[] reply, int asked, int more, int code) {
    int flags =
        Message.FLAG_RESPONSE
            | (asked & KEPT_FLAGS)
            | Message.FLAG_RECURSION_AVAILABLE
            | more
            | (code & Message.CODES);
    reply[2] = (byte) (flags >> 8);
    reply[3] = (byte) flags;
  }

  private static String dotted(Query query) {
    return query.name() + ".";
  }
}
