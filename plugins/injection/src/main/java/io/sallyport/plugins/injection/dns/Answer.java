package io.sallyport.plugins.injection.dns;

import io.netty.handler.codec.dns.DnsResponseCode;

/** What a name server sent back, judged before anybody else sees it. Reading never throws. */
sealed interface Answer {
  /** The answer to our question. */
  record Good(Message message) implements Answer {}

  /** It is longer than UDP allows; TCP has the whole. */
  record Truncated(Message message) implements Answer {}

  /** This server cannot say; another one may. */
  record Useless(Message message) implements Answer {}

  /** Not an answer to our question: late, forged or broken. */
  record Foreign() implements Answer {}

  /**
   * Judges what came.
   *
   * @param id the number that this very question had
   */
  static Answer of(Message message, Query query, int id) {
    if (message.length() < Message.HEADER || message.id() != id) {
      return new Foreign();
    }
    int flags = message.flags();
    if ((flags & Message.FLAG_RESPONSE) == 0 || (flags & Message.OPCODES) != 0) {
      return new Foreign();
    }
    int code = flags & Message.CODES;
    if (message.questions() == 0 && message.length() == Message.HEADER) {
      // Servers that cannot read a question do not repeat it either.
      return code == 0 ? new Foreign() : new Useless(message);
    }
    if (message.questions() != 1 || !sameQuestion(message, query)) {
      return new Foreign();
    }
    if ((flags & Message.FLAG_TRUNCATED) != 0) {
      return new Truncated(message);
    }
    boolean useless =
        code == DnsResponseCode.SERVFAIL.intValue()
            || code == DnsResponseCode.REFUSED.intValue()
            || code == DnsResponseCode.NOTIMP.intValue()
            || code == DnsResponseCode.FORMERR.intValue();
    return useless ? new Useless(message) : new Good(message);
  }

  /** Case does not count in names; type and class hold no letters worth folding, and must match. */
  private static boolean sameQuestion(Message message, Query query) {
    byte[] heard = message.bytes();
    byte[] asked = query.message().bytes();
    int end = query.end();
    if (heard.length < end) {
      return false;
    }
    int nameEnd = end - 4;
    for (int i = Message.HEADER; i < end; i++) {
      boolean same = i < nameEnd ? lower(heard[i]) == lower(asked[i]) : heard[i] == asked[i];
      if (!same) {
        return false;
      }
    }
    return true;
  }

  private static int lower(byte c) {
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
  }
}
