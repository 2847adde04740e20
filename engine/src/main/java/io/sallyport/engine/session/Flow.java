package io.sallyport.engine.session;

import io.sallyport.engine.transport.EpollSocket;
import java.io.IOException;

/**
 * One direction of a session on bare sockets. What is read is written at once; only what the target
 * does not take is kept, and then nothing more is read until it has taken it.
 *
 * <p>Owned by the session's event loop.
 */
final class Flow {
  /** Reads of one turn, after which other sessions have theirs. */
  private static final int TURN = 16;

  private final EpollSocket from;
  private final EpollSocket to;
  private final LoopMemory memory;
  private LoopMemory.Rest rest = LoopMemory.Rest.NOTHING;
  private long moved;
  private boolean ended;
  private boolean passedOn;

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

  Flow(EpollSocket from, EpollSocket to, LoopMemory memory) {
    this.from = from;
    this.to = to;
    this.memory = memory;
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
    return rest.size() > 0;
  }

  /** Moves what can be moved in one turn. */
  Turn move() {
    if (ended && from.broken()) {
      // It ended, and then was reset: nobody reads there what it was going to be sent.
      return Turn.SOURCE_BROKE;
    }
    for (int i = 0; i < TURN; i++) {
      if (rest.size() > 0) {
        try {
          rest = rest.writeTo(to);
        } catch (IOException gone) {
          return Turn.TARGET_BROKE;
        }
        if (rest.size() > 0) {
          return Turn.RESTS;
        }
      }
      if (ended || !from.readable()) {
        return Turn.RESTS;
      }
      int count;
      try {
        count = from.read(memory.address(), memory.capacity());
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
      moved += count;
      try {
        int written = to.writable() ? to.write(memory.address(), 0, count) : 0;
        if (written < count) {
          rest = memory.keep(written, count);
        }
      } catch (IOException gone) {
        return Turn.TARGET_BROKE;
      }
      if (count < memory.capacity() && from.ending()) {
        // The FIN stands behind the last byte, and that one was just read.
        ended = true;
        return Turn.RESTS;
      }
    }
    return Turn.HAS_MORE;
  }

  /** Tells the target the end. */
  void passOn() throws IOException {
    passedOn = true;
    to.shutdownOutput();
  }

  void release() {
    rest.release();
    rest = LoopMemory.Rest.NOTHING;
  }
}
