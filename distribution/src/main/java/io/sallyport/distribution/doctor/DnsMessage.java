package io.sallyport.distribution.doctor;

import io.sallyport.api.catalog.Addresses;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Questions for addresses, and their answers, as bytes (RFC 1035). */
final class DnsMessage {
  /** The type of IPv4 addresses. */
  static final int A = 1;

  /** The type of IPv6 addresses. */
  static final int AAAA = 28;

  private static final int HEADER = 12;
  private static final int RECURSION_DESIRED = 0x0100;
  private static final int RESPONSE = 0x8000;
  private static final int INTERNET = 1;
  private static final int POINTER = 0xc0;
  private static final int MOST_RECORDS = 256;

  private DnsMessage() {}

  /**
   * An answer.
   *
   * @param code the response code; 0 is none, 3 is no such name
   * @param addresses those of the type asked for
   */
  record Answer(int code, List<String> addresses) {
    Answer {
      addresses = List.copyOf(addresses);
    }
  }

  /** A question; the name must be a host name. */
  static byte[] question(int id, String name, int type) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int word : new int[] {id, RECURSION_DESIRED, 1, 0, 0, 0}) {
      word(out, word);
    }
    for (String label : name.split("\\.", -1)) {
      byte[] bytes = label.getBytes(StandardCharsets.US_ASCII);
      out.write(bytes.length);
      out.writeBytes(bytes);
    }
    out.write(0);
    word(out, type);
    word(out, INTERNET);
    return out.toByteArray();
  }

  /** The answer to a question; empty when the bytes are none, or one to another question. */
  static Optional<Answer> answer(byte[] question, byte[] bytes, int length) {
    ByteBuffer in = ByteBuffer.wrap(bytes, 0, length);
    try {
      int id = in.getShort();
      int flags = in.getShort();
      int questions = in.getShort() & 0xffff;
      int records = in.getShort() & 0xffff;
      boolean ours =
          id == ByteBuffer.wrap(question).getShort()
              && (flags & RESPONSE) != 0
              && questions == 1
              && repeats(question, bytes, length);
      if (!ours) {
        return Optional.empty();
      }
      int type = ByteBuffer.wrap(question).getShort(question.length - 4) & 0xffff;
      in.position(question.length);
      return Optional.of(new Answer(flags & 0xf, addresses(in, records, type)));
    } catch (BufferUnderflowException | IllegalArgumentException torn) {
      return Optional.empty();
    }
  }

  private static List<String> addresses(ByteBuffer in, int records, int type) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < Math.min(records, MOST_RECORDS); i++) {
      skipName(in);
      int its = in.getShort() & 0xffff;
      in.position(in.position() + 6); // class and time to live
      byte[] data = new byte[in.getShort() & 0xffff];
      in.get(data);
      if (its == type && data.length == (type == A ? 4 : 16)) {
        try {
          found.add(Addresses.text(InetAddress.getByAddress(data)));
        } catch (UnknownHostException impossible) {
          throw new IllegalStateException(impossible);
        }
      }
    }
    return found;
  }

  /** Names are passed over: what counts is what they are asked for. */
  private static void skipName(ByteBuffer in) {
    while (true) {
      int length = in.get() & 0xff;
      if (length == 0) {
        return;
      }
      if ((length & POINTER) == POINTER) {
        in.get();
        return;
      }
      in.position(in.position() + length);
    }
  }

  /** Servers may change the letters' case, and nothing else. */
  private static boolean repeats(byte[] question, byte[] bytes, int length) {
    return length >= question.length
        && lower(question, question.length).equals(lower(bytes, question.length));
  }

  private static String lower(byte[] bytes, int to) {
    return new String(bytes, HEADER, to - HEADER, StandardCharsets.ISO_8859_1)
        .toLowerCase(Locale.ROOT);
  }

  private static void word(ByteArrayOutputStream out, int word) {
    out.write(word >> 8);
    out.write(word);
  }
}
