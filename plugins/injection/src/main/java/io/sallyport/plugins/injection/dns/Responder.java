package io.sallyport.plugins.injection.dns;

import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import java.time.Duration;

/**
 * Decides what becomes of a message. Pure but for the records, which another thread replaces as a
 * whole.
 */
final class Responder {
  private static final int IXFR = 251;
  private static final int AXFR = 252;

  private final Duration timeToLive;
  private volatile Records records = Records.NONE;

  Responder(Duration timeToLive) {
    this.timeToLive = timeToLive;
  }

  /** What becomes of a message. */
  sealed interface Verdict {
    /** This goes back; it may be longer than the asker takes over UDP. */
    record Answer(Query query, Message reply) implements Verdict {}

    /** This goes back, and is short. */
    record Refusal(Message reply) implements Verdict {}

    /** The name servers know. */
    record Forward(Query query) implements Verdict {}

    /** Silence. */
    record Ignore() implements Verdict {}
  }

  /** Replaces what is answered from the catalog. Any thread. */
  void records(Records now) {
    records = now;
  }

  Records records() {
    return records;
  }

  Verdict judge(Message message) {
    return switch (Query.read(message)) {
      case Query.Reading.Nothing() -> new Verdict.Ignore();
      case Query.Reading.Wrong(Message wrong, DnsResponseCode code) ->
          new Verdict.Refusal(Reply.error(wrong, code));
      case Query.Reading.Asked(Query query) -> judge(query);
    };
  }

  private Verdict judge(Query query) {
    if (query.edns().isPresent() && query.edns().get().version() > 0) {
      return new Verdict.Refusal(Reply.empty(query, DnsResponseCode.BADVERS_OR_BADSIG));
    }
    boolean transfer = query.type() == AXFR || query.type() == IXFR;
    if (query.recordClass() != Query.INTERNET || transfer) {
      return new Verdict.Refusal(Reply.empty(query, DnsResponseCode.REFUSED));
    }
    if (query.type() == DnsRecordType.OPT.intValue()) {
      return new Verdict.Refusal(Reply.empty(query, DnsResponseCode.FORMERR));
    }
    Records now = records;
    // Of our names every type is ours, also one that they have no records of: an HTTPS record, say,
    // may hold addresses that lead elsewhere.
    return now.addresses(query.name())
        .<Verdict>map(
            addresses -> new Verdict.Answer(query, Reply.addresses(query, addresses, timeToLive)))
        .or(() ->
            now.names(query.name())
                .map(names -> new Verdict.Answer(query, Reply.names(query, names, timeToLive))))
        .orElseGet(() -> new Verdict.Forward(query));
  }
}
