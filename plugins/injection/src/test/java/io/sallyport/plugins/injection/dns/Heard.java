package io.sallyport.plugins.injection.dns;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.dns.DnsPtrRecord;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An answer as a test reads it, with Netty's decoder.
 *
 * @param records those of all three sections but OPT, such as {@code "icr.io. 30 A 172.20.0.7"}
 */
record Heard(
    int id, int flags, String code, List<String> questions, List<String> records, boolean edns) {
  static Heard of(Message message) {
    ByteBuf in = message.buffer();
    in.skipBytes(Message.HEADER);
    List<String> questions = new ArrayList<>();
    List<String> records = new ArrayList<>();
    boolean edns = false;
    try {
      for (int i = 0; i < message.questions(); i++) {
        questions.add(DnsRecordDecoder.DEFAULT.decodeQuestion(in).name());
      }
      int count = message.answers() + message.authorities() + message.additionals();
      for (int i = 0; i < count; i++) {
        DnsRecord record = DnsRecordDecoder.DEFAULT.decodeRecord(in);
        if (record.type().equals(DnsRecordType.OPT)) {
          edns = true;
        } else {
          records.add(text(record));
        }
      }
    } catch (Exception broken) {
      throw new IllegalStateException(ByteBufUtil.hexDump(message.bytes()), broken);
    }
    if (in.isReadable()) {
      throw new IllegalStateException(in.readableBytes() + " bytes too many");
    }
    return new Heard(
        message.id(),
        message.flags(),
        DnsResponseCode.valueOf(message.flags() & Message.CODES)
            .toString()
            .replaceAll("\\(.*", "")
            .toUpperCase(Locale.ROOT),
        questions,
        records,
        edns);
  }

  boolean authoritative() {
    return (flags & 0x0400) != 0;
  }

  boolean truncated() {
    return (flags & Message.FLAG_TRUNCATED) != 0;
  }

  private static String text(DnsRecord record) throws Exception {
    String content;
    if (record instanceof DnsPtrRecord ptr) {
      content = ptr.hostname();
    } else {
      byte[] bytes = ByteBufUtil.getBytes(((DnsRawRecord) record).content());
      boolean address =
          record.type().equals(DnsRecordType.A) || record.type().equals(DnsRecordType.AAAA);
      content =
          address
              ? InetAddress.getByAddress(bytes).getHostAddress()
              : Unpooled.wrappedBuffer(bytes).readableBytes() + " bytes";
    }
    return record.name() + " " + record.timeToLive() + " " + record.type().name() + " " + content;
  }
}
