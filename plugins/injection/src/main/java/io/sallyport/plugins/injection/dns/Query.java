package io.sallyport.plugins.injection.dns;

import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One question, as it came. Every byte may be an enemy's: reading looks at no byte outside of the
 * message, follows no pointer, and keeps nothing.
 *
 * @param message all of its bytes, nobody else's
 * @param name what it asks for as the asker spelled it, without a final dot; empty when it is not
 *     made of the characters that host names are made of
 * @param type of the records asked for
 * @param recordClass of the records asked for
 * @param end where the question ends in the message
 * @param edns what it says beyond the old message format
 */
record Query(
    Message message, String name, int type, int recordClass, int end, Optional<Edns> edns) {
  static final int INTERNET = 1;

  /** What a UDP answer may have without EDNS (RFC 1035, 4.2.1). */
  private static final int PLAIN_UDP = 512;

  private static final int LONGEST_NAME = 255;
  private static final int LONGEST_LABEL = 63;

  private static final int SECURE = 0x8000;

  /** Name, type, class, time to live and length of a record whose name is the root. */
  private static final int LEAST_RECORD = 11;

  /**
   * The OPT record (RFC 6891).
   *
   * @param size the largest UDP answer that the asker takes
   * @param version of EDNS; only 0 exists
   * @param secure whether the asker wants DNSSEC's records
   */
  record Edns(int size, int version, boolean secure) {}

  /** What some bytes turned out to be. */
  sealed interface Reading {
    /** A question. */
    record Asked(Query query) implements Reading {}

    /**
     * Something that is answered with an error.
     *
     * @param message the bytes, at least a header
     */
    record Wrong(Message message, DnsResponseCode code) implements Reading {}

    /**
     * Something that must not be answered: no message at all, or an answer; two servers would
     * otherwise answer each other for ever.
     */
    record Nothing() implements Reading {}
  }

  /** Reads a message. Never throws. */
  static Reading read(Message message) {
    if (message.length() < Message.HEADER || (message.flags() & Message.FLAG_RESPONSE) != 0) {
      return new Reading.Nothing();
    }
    if ((message.flags() & Message.OPCODES) != 0) {
      return new Reading.Wrong(message, DnsResponseCode.NOTIMP);
    }
    boolean oneQuestion =
        message.questions() == 1 && message.answers() == 0 && message.authorities() == 0;
    int nameEnd = oneQuestion ? nameEnd(message, Message.HEADER) : -1;
    int end = nameEnd + 4;
    if (nameEnd < 0 || end > message.length()) {
      return new Reading.Wrong(message, DnsResponseCode.FORMERR);
    }
    Optional<Optional<Edns>> additional = additional(message, end);
    if (additional.isEmpty()) {
      return new Reading.Wrong(message, DnsResponseCode.FORMERR);
    }
    return new Reading.Asked(
        new Query(
            message,
            name(message, nameEnd),
            message.unsigned(nameEnd),
            message.unsigned(nameEnd + 2),
            end,
            additional.get()));
  }

  /** The largest answer that the asker takes over UDP. */
  int largestUdpAnswer() {
    return Math.max(PLAIN_UDP, edns.map(Edns::size).orElse(PLAIN_UDP));
  }

  /** What follows the question: empty when it is broken. */
  private static Optional<Optional<Edns>> additional(Message message, int from) {
    Optional<Edns> edns = Optional.empty();
    int at = from;
    for (int left = message.additionals(); left > 0; left--) {
      int nameEnd = nameEnd(message, at);
      if (nameEnd < 0 || nameEnd - 1 + LEAST_RECORD > message.length()) {
        return Optional.empty();
      }
      int next = nameEnd - 1 + LEAST_RECORD + message.unsigned(nameEnd + 8);
      if (next > message.length()) {
        return Optional.empty();
      }
      if (message.unsigned(nameEnd) == DnsRecordType.OPT.intValue()) {
        if (edns.isPresent() || nameEnd != at + 1) {
          return Optional.empty();
        }
        edns =
            Optional.of(
                new Edns(
                    message.unsigned(nameEnd + 2),
                    message.unsigned(nameEnd + 4) & 0xff,
                    (message.unsigned(nameEnd + 6) & SECURE) != 0));
      }
      at = next;
    }
    return Optional.of(edns);
  }

  /** Where a name without pointers ends, its final zero included; -1 when it does not. */
  private static int nameEnd(Message message, int from) {
    byte[] bytes = message.bytes();
    int at = from;
    while (at < bytes.length && at - from < LONGEST_NAME) {
      int label = bytes[at++] & 0xff;
      if (label == 0) {
        return at;
      }
      if (label > LONGEST_LABEL) {
        return -1;
      }
      at += label;
    }
    return -1;
  }

  private static String name(Message message, int nameEnd) {
    byte[] bytes = message.bytes();
    StringBuilder name = new StringBuilder(nameEnd - Message.HEADER);
    int at = Message.HEADER;
    for (int label = bytes[at++]; label != 0; label = bytes[at++]) {
      if (!name.isEmpty()) {
        name.append('.');
      }
      for (int end = at + label; at < end; at++) {
        if (!ofHostName(bytes[at])) {
          return "";
        }
      }
      name.append(new String(bytes, at - label, label, StandardCharsets.US_ASCII));
    }
    return name.toString();
  }

  private static boolean ofHostName(byte c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_';
  }
}
