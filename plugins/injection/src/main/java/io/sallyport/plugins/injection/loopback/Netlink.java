package io.sallyport.plugins.injection.loopback;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A conversation with the kernel's rtnetlink, over a socket of its own.
 *
 * <p>Used and closed by the thread that made it. Every method throws {@link NetlinkException} when
 * the conversation itself fails; what the kernel refuses is in the result.
 */
final class Netlink implements AutoCloseable {
  /**
   * How many requests go out before their answers are read; their answers fit a socket's buffer.
   */
  static final int USUAL_BATCH = 64;

  /** The kernel fills at most 32 KiB of a dump at once; a larger buffer never truncates. */
  private static final int BUFFER = 64 * 1024;

  private static final int PATIENCE_MILLIS = 2_000;
  private static final int DUMP_ATTEMPTS = 5;

  private final LibC libc;
  private final NetlinkSocket socket;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment buffer = arena.allocate(BUFFER);
  private final Requests requests = new Requests(ByteOrder.nativeOrder());
  private final Replies replies = new Replies(ByteOrder.nativeOrder());
  private int batch;
  private int sequence;

  /** How one request ended. */
  sealed interface Answer {
    /** It was done. */
    record Done() implements Answer {}

    /**
     * The kernel refused.
     *
     * @param errno why
     * @param words what it added for people; often empty
     */
    record Denied(int errno, String words) implements Answer {
      /** The reason for people. */
      String text() {
        return words.isEmpty() ? Errno.text(errno) : Errno.text(errno) + ": " + words;
      }
    }

    /** The answer did not fit the socket's buffer: look again what became of the request. */
    record Lost() implements Answer {}
  }

  /**
   * Opens the conversation.
   *
   * @param batch how many requests to send at once
   */
  Netlink(LibC libc, int batch) {
    this.libc = libc;
    this.batch = batch;
    try {
      this.socket = new NetlinkSocket(libc, 0);
    } catch (NetlinkException e) {
      arena.close();
      throw e;
    }
  }

  /** The encoder for {@link #ask}. */
  Requests requests() {
    return requests;
  }

  /** All addresses of all links, at one moment. */
  List<LinkAddress> addresses() {
    for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
      Optional<List<LinkAddress>> addresses = dump();
      if (addresses.isPresent()) {
        return addresses.get();
      }
    }
    throw new NetlinkException("the node's addresses changed during each attempt to list them");
  }

  /** The link of a name; empty when there is none. */
  Optional<Link> link(String name) {
    return link(requests.linkNamed(name), "look up the link " + name);
  }

  /** The link of an index; empty when there is none. */
  Optional<Link> link(int index) {
    return link(requests.linkAt(index), "look up the link " + index);
  }

  /** Makes one request. */
  Answer ask(byte[] request) {
    return ask(List.of(request)).getFirst();
  }

  /**
   * Makes many requests, in batches.
   *
   * @return an answer for each, in the same order
   */
  List<Answer> ask(List<byte[]> all) {
    List<Answer> answers = new ArrayList<>(all.size());
    for (int from = 0; from < all.size(); ) {
      List<byte[]> some = all.subList(from, Math.min(all.size(), from + batch));
      from += some.size();
      List<Answer> told = askAtOnce(some);
      if (told.stream().anyMatch(Answer.Lost.class::isInstance)) {
        batch = Math.max(1, batch / 4);
      }
      answers.addAll(told);
    }
    return answers;
  }

  private List<Answer> askAtOnce(List<byte[]> some) {
    int first = sequence + 1;
    send(some, "send " + some.size() + " requests to the kernel");
    Map<Integer, Answer> bySequence = new HashMap<>();
    // The kernel has answered all of them by now; what is not there will not come.
    while (bySequence.size() < some.size()
        && socket.await(socket.overrun() ? 0 : PATIENCE_MILLIS)) {
      OptionalInt length = socket.receive(buffer);
      if (length.isEmpty()) {
        continue;
      }
      for (Reply reply : decoded(length.getAsInt())) {
        if (reply instanceof Reply.Ended ended && ended.sequence() - first >= 0) {
          bySequence.put(ended.sequence(), answer(ended));
        }
      }
    }
    socket.forgetOverrun();
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < some.size(); i++) {
      answers.add(bySequence.getOrDefault(first + i, new Answer.Lost()));
    }
    return answers;
  }

  private static Answer answer(Reply.Ended ended) {
    return ended.errno() == 0 ? new Answer.Done() : new Answer.Denied(ended.errno(), ended.words());
  }

  private Optional<Link> link(byte[] request, String operation) {
    send(List.of(request), operation);
    Optional<Link> found = Optional.empty();
    while (true) {
      for (Reply reply : next(operation)) {
        if (reply.sequence() != sequence) {
          continue;
        }
        if (reply instanceof Reply.LinkTold told) {
          found = Optional.of(told.link());
        } else if (reply instanceof Reply.Ended ended) {
          if (ended.errno() != 0 && ended.errno() != Errno.ENODEV) {
            throw new NetlinkException(operation, ended.errno());
          }
          return found;
        }
      }
    }
  }

  private Optional<List<LinkAddress>> dump() {
    String operation = "list the node's addresses";
    send(List.of(requests.dumpAddresses()), operation);
    List<LinkAddress> addresses = new ArrayList<>();
    boolean interrupted = false;
    while (true) {
      for (Reply reply : next(operation)) {
        if (reply.sequence() != sequence) {
          continue;
        }
        if (reply instanceof Reply.AddressTold told) {
          addresses.add(told.address());
          interrupted |= told.interrupted();
        } else if (reply instanceof Reply.Ended ended) {
          if (ended.errno() != 0) {
            throw new NetlinkException(operation, ended.errno());
          }
          return interrupted || ended.interrupted() ? Optional.empty() : Optional.of(addresses);
        }
      }
    }
  }

  private void send(List<byte[]> messages, String operation) {
    // Padding each message would only matter for lengths that are not multiples of four: none is.
    long length = messages.stream().mapToLong(message -> message.length).sum();
    try (Arena sending = Arena.ofConfined()) {
      MemorySegment bytes = sending.allocate(length, Integer.BYTES);
      long at = 0;
      for (byte[] message : messages) {
        requests.number(message, ++sequence);
        MemorySegment.copy(message, 0, bytes, ValueLayout.JAVA_BYTE, at, message.length);
        at += message.length;
      }
      long sent = libc.send(socket.descriptor(), bytes);
      if (sent < 0) {
        throw new NetlinkException(operation, (int) -sent);
      }
    }
  }

  private List<Reply> next(String operation) {
    if (!socket.await(PATIENCE_MILLIS)) {
      throw new NetlinkException(operation + ": no answer within " + PATIENCE_MILLIS + " ms");
    }
    OptionalInt length = socket.receive(buffer);
    return length.isPresent() ? decoded(length.getAsInt()) : List.of();
  }

  private List<Reply> decoded(int length) {
    return replies.read(buffer.asSlice(0, length).asByteBuffer());
  }

  @Override
  public void close() {
    socket.close();
    arena.close();
  }
}
