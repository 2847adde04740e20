package io.sallyport.plugins.injection.dns;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRecordEncoder;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.util.ReferenceCountUtil;
import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.plugin.Ticker;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Asks given name servers for the addresses of names, on an event loop of its own. Any thread. */
public final class NameLookup implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMillis(4500);
  private static final int QUESTIONS_AT_ONCE = 64;
  private static final Duration SHUTDOWN = Duration.ofSeconds(2);

  private final EventLoopGroup group;
  private final EventLoop loop;
  private final Forwarder forwarder;

  /**
   * Makes one.
   *
   * @param timeout how long one server may take
   * @param random unpredictable
   */
  public NameLookup(
      String thread,
      List<InetSocketAddress> servers,
      Duration timeout,
      RandomGenerator random,
      Ticker ticker) {
    this.group =
        new MultiThreadIoEventLoopGroup(
            1, Thread.ofPlatform().daemon().name(thread).factory(), NioIoHandler.newFactory());
    this.loop = group.next();
    Upstreams upstreams =
        new Upstreams(servers, Path.of("/"), servers.getFirst(), ticker, what -> {});
    this.forwarder =
        new Forwarder(
            loop,
            upstreams,
            new Forwarder.Limits(timeout, PATIENCE, QUESTIONS_AT_ONCE),
            random,
            ticker);
  }

  /** What came of asking. */
  public sealed interface Found {
    /**
     * These.
     *
     * @param addresses at least one, in the order of their texts
     * @param whole false when nobody could say about the other family
     */
    record At(List<InetAddress> addresses, boolean whole) implements Found {}

    /** A server that should know says that there are none. */
    record Denied() implements Found {}

    /**
     * Nobody could say.
     *
     * @param reason words for people that stay the same while the reason does
     */
    record Unknown(String reason) implements Found {}
  }

  /** Asks for addresses of both families. */
  public CompletableFuture<Found> ask(HostName name) {
    CompletableFuture<Message> four = new CompletableFuture<>();
    CompletableFuture<Message> six = new CompletableFuture<>();
    loop.execute(() -> {
      forward(name, DnsRecordType.A, four);
      forward(name, DnsRecordType.AAAA, six);
    });
    return four.thenCombine(six, NameLookup::found);
  }

  @Override
  public void close() {
    group
        .shutdownGracefully(0, SHUTDOWN.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(SHUTDOWN.toMillis());
  }

  private void forward(HostName name, DnsRecordType type, CompletableFuture<Message> answer) {
    switch (Query.read(question(name, type))) {
      case Query.Reading.Asked(Query query) -> forwarder.forward(query, true, answer::complete);
      case Query.Reading.Wrong wrong -> throw new IllegalStateException(name + " cannot be asked");
      case Query.Reading.Nothing nothing ->
          throw new IllegalStateException(name + " cannot be asked");
    }
  }

  private static Message question(HostName name, DnsRecordType type) {
    ByteBuf out = Unpooled.buffer();
    out.writeShort(0).writeShort(Message.FLAG_RECURSION_DESIRED);
    out.writeShort(1).writeShort(0).writeShort(0).writeShort(0);
    try {
      DnsRecordEncoder.DEFAULT.encodeQuestion(new DefaultDnsQuestion(name + ".", type), out);
    } catch (Exception impossible) {
      throw new IllegalStateException(name + " cannot be asked", impossible);
    }
    Message question = Message.copyOf(out);
    out.release();
    return question;
  }

  /** What two answers mean together: one family is enough, and a denial needs both to agree. */
  static Found found(Message four, Message six) {
    Set<InetAddress> addresses =
        new TreeSet<>(
            Comparator.comparingInt((InetAddress address) -> address.getAddress().length)
                .thenComparing((InetAddress address) -> Addresses.text(address)));
    boolean fourSaid = collect(four, addresses);
    boolean sixSaid = collect(six, addresses);
    boolean whole = fourSaid && sixSaid;
    if (!addresses.isEmpty()) {
      return new Found.At(List.copyOf(addresses), whole);
    }
    return whole ? new Found.Denied() : new Found.Unknown(reason(four, six));
  }

  private static boolean unanswered(Message answer) {
    int code = answer.flags() & Message.CODES;
    return code != DnsResponseCode.NOERROR.intValue()
        && code != DnsResponseCode.NXDOMAIN.intValue();
  }

  private static String reason(Message four, Message six) {
    return unanswered(four) || unanswered(six)
        ? "no name server has an answer"
        : "the name server's answer is broken or cut short";
  }

  /** Takes the addresses of an answer; false when it is none, or not whole. */
  private static boolean collect(Message answer, Set<InetAddress> addresses) {
    if (unanswered(answer) || (answer.flags() & Message.FLAG_TRUNCATED) != 0) {
      return false;
    }
    ByteBuf in = answer.buffer();
    in.skipBytes(Message.HEADER);
    try {
      for (int i = 0; i < answer.questions(); i++) {
        DnsRecordDecoder.DEFAULT.decodeQuestion(in);
      }
      for (int i = 0; i < answer.answers(); i++) {
        DnsRecord record = DnsRecordDecoder.DEFAULT.decodeRecord(in);
        if (record == null) {
          return false;
        }
        try {
          address(record, addresses);
        } finally {
          ReferenceCountUtil.release(record);
        }
      }
      return true;
    } catch (Exception broken) {
      return false;
    }
  }

  /** Aliases stand beside what they lead to, and say nothing more. */
  private static void address(DnsRecord record, Set<InetAddress> addresses)
      throws UnknownHostException {
    boolean address =
        record.type().equals(DnsRecordType.A) || record.type().equals(DnsRecordType.AAAA);
    if (address && record instanceof DnsRawRecord raw) {
      addresses.add(InetAddress.getByAddress(ByteBufUtil.getBytes(raw.content())));
    }
  }
}
