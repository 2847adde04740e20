package io.sallyport.engine.session;

import io.sallyport.engine.transport.EpollSocket;
import io.sallyport.engine.transport.Pipe;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a session on bare sockets. What is read is written at once; only what the target
 * does not take is kept, and then nothing more is read until it has taken it.
 *
 * <p>Requests are copied through the loop's memory. A direction that proves to be bulk is spliced
 * through a pipe, which it has only while it moves or the pipe still holds something; where there
 * is no pipe to be had, it is copied like the others.
 *
 * <p>Owned by the session's event loop.
 */
final class Flow {
  /** Bytes of one turn, after which other sessions have theirs. */
  private static final int TURN = 1 << 20;

  /**
   * Reads of at least so many bytes are a sign of bulk, and of less than the other one are none.
   */
  private static final int LARGE = 32 << 10;

  private static final int SMALL = 8 << 10;

  /** Large reads, one after the other, that make a direction bulk. */
  private static final int PROOF = 4;

  private final EpollSocket from;
  private final EpollSocket to;
  private final SessionLoop loop;
  private LoopMemory.Rest rest = LoopMemory.Rest.NOTHING;
  private @Nullable Pipe pipe;
  private int proof;
  private long moved;
  private boolean ended;
  private boolean passedOn;
  private boolean stopped;

  /** How a turn ended. */
  enum Turn {
    /** There is nothing to do before a socket is ready again. */
    RESTS,
    /** There is more, but others come first. */
    HAS_MORE,
    /** The source was reset, or went away. */
    SOURCE_BROKE,
    /** The target was reset, or went away. */
    TARGET_BROKE
  }

  Flow(EpollSocket from, EpollSocket to, SessionLoop loop) {
    this.from = from;
    this.to = to;
    this.loop = loop;
  }

  /**
   * Has the target get this first.
   *
   * @param read how much of it was read from the source
   */
  void begin(LoopMemory.Rest first, int read) {
    rest = first;
    moved = read;
  }

  EpollSocket from() {
    return from;
  }

  EpollSocket to() {
    return to;
  }

  /** Bytes read so far. */
  long moved() {
    return moved;
  }

  /** Whether the source has ended. */
  boolean ended() {
    return ended;
  }

  /** Whether the target was told so. */
  boolean passedOn() {
    return passedOn;
  }

  /** Whether something that was read waits for the target. */
  boolean waits() {
    return waiting() > 0;
  }

  /** How many bytes do. */
  long waiting() {
    Pipe lent = pipe;
    return rest.size() + (lent == null ? 0L : lent.held());
  }

  /** Whether it moves nothing before the target takes more. */
  boolean blocked() {
    return !stopped && (waits() || !to.writable());
  }

  /** Moves what can be moved in one turn. */
  Turn move() {
    if (stopped) {
      return Turn.RESTS;
    }
    if (passedOn && from.broken()) {
      // It ended, and then was reset: nobody reads there what it was going to be sent.
      return Turn.SOURCE_BROKE;
    }
    Turn turn = Turn.HAS_MORE;
    for (long until = moved + TURN; turn == Turn.HAS_MORE && moved < until; ) {
      turn = step();
    }
    Pipe lent = pipe;
    if (lent != null && lent.held() == 0) {
      pipe = null;
      loop.pipes().takeBack(lent);
    }
    return turn;
  }

  private Turn step() {
    try {
      if (!delivered()) {
        return Turn.RESTS;
      }
    } catch (IOException gone) {
      return Turn.TARGET_BROKE;
    }
    if (ended || !from.readable() || !to.writable()) {
      // What cannot be written need not be read: it is kept for us by the kernel.
      return Turn.RESTS;
    }
    Pipe way = proof < PROOF ? null : lent();
    return way == null ? copy() : splice(way);
  }

  /** Gives the target what waits for it; true when nothing does any more. */
  private boolean delivered() throws IOException {
    Pipe lent = pipe;
    if (lent != null && lent.held() > 0) {
      if (to.writable()) {
        lent.pour(to);
      }
      return lent.held() == 0;
    }
    if (rest.size() > 0 && to.writable()) {
      rest = rest.writeTo(to);
    }
    return rest.size() == 0;
  }

  private @Nullable Pipe lent() {
    Pipe lent = pipe;
    if (lent == null) {
      lent = loop.pipes().lend();
      pipe = lent;
    }
    return lent;
  }

  private Turn splice(Pipe way) {
    int count;
    try {
      count = way.fill(from);
    } catch (IOException gone) {
      return Turn.SOURCE_BROKE;
    }
    if (count > 0) {
      took(count);
      return Turn.HAS_MORE;
    }
    if (from.ending() || from.broken() || from.urgent()) {
      // It is the end, or nothing for now, or something urgent: a read tells which.
      return copy();
    }
    from.drained();
    return Turn.RESTS;
  }

  private Turn copy() {
    LoopMemory memory = loop.memory();
    int most = memory.capacity();
    int count;
    try {
      count = from.read(memory.address(), most);
    } catch (IOException gone) {
      return Turn.SOURCE_BROKE;
    }
    if (count == 0) {
      from.drained();
      return Turn.RESTS;
    }
    if (count < 0) {
      ended = true;
      return Turn.RESTS;
    }
    took(count);
    // The FIN stands behind the last byte, and that one was just read.
    boolean last = count < most && from.ending() && !from.urgent();
    if (last) {
      to.cork();
    }
    try {
      int written = to.write(memory.address(), 0, count);
      if (written < count) {
        rest = memory.keep(written, count);
      }
    } catch (IOException gone) {
      return Turn.TARGET_BROKE;
    }
    if (last) {
      ended = true;
      return Turn.RESTS;
    }
    return Turn.HAS_MORE;
  }

  private void took(int count) {
    moved += count;
    if (count < SMALL) {
      proof = 0;
    } else if (count >= LARGE && proof < PROOF) {
      proof++;
    }
  }

  /** Tells the target the end. */
  void passOn() throws IOException {
    to.shutdownOutput();
    passedOn = true;
  }

  /** Whether it moves nothing any more, since there is nobody to move it to. */
  boolean stopped() {
    return stopped;
  }

  /** Its target is gone: moves nothing any more, and drops what waits. */
  void stop() {
    stopped = true;
    release();
  }

  void release() {
    rest = rest.release();
    Pipe lent = pipe;
    pipe = null;
    if (lent != null) {
      loop.pipes().takeBack(lent);
    }
  }
}
