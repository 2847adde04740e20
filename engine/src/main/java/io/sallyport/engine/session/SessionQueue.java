package io.sallyport.engine.session;

import io.netty.channel.EventLoop;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one port that wait for room, first come, first served. Whoever makes room calls
 * {@link #roomPerhaps}; then the first in line is asked, on its own event loop, whether it can go
 * on. One is asked at a time, so that none is overtaken.
 *
 * <pre>{@code
 *            turn comes, room for it
 * IN LINE ──────────────────────────────► out, and the next is asked
 *  │  ▲ └── turn comes, no room: IN LINE
 *  │  └──── turn comes, room for others: IN LINE, and the next is asked
 *  └─────── time over, client gone, cut: out
 * }</pre>
 *
 * <p>Any thread. Who makes room while nobody waits reads one number, and does no more.
 */
final class SessionQueue {
  private @Nullable Place head;
  private @Nullable Place tail;
  private @Nullable Place asked;
  private boolean askAgain;
  private long served;
  private final AtomicInteger length = new AtomicInteger();

  SessionQueue() {}

  /** One session's place, and what is done when its turn comes. */
  abstract static class Place {
    private final EventLoop loop;
    private @Nullable Place ahead;
    private @Nullable Place behind;
    private boolean inLine;
    private long servedBefore;
    private int position;

    Place(EventLoop loop) {
      this.loop = loop;
    }

    /** Its turn has come, unless it has left meanwhile. Event loop. */
    abstract void turn();

    /**
     * One more than how many left the queue for an endpoint while this one was in it: what HAProxy
     * logs.
     */
    int position() {
      return position;
    }
  }

  /** Sessions that wait. */
  int length() {
    return length.get();
  }

  /** Stands in line, at the end; false when as many wait as may. */
  boolean join(Place place, int most) {
    synchronized (this) {
      if (length.get() >= most) {
        return false;
      }
      Place last = tail;
      place.ahead = last;
      place.inLine = true;
      place.servedBefore = served;
      if (last == null) {
        head = place;
      } else {
        last.behind = place;
      }
      tail = place;
      length.incrementAndGet();
    }
    // It may have been made since it was looked for, by one who saw nobody wait.
    roomPerhaps();
    return true;
  }

  /** There may be room, for one or for more. */
  void roomPerhaps() {
    if (length.get() > 0) {
      ask(first());
    }
  }

  private synchronized @Nullable Place first() {
    if (asked != null) {
      askAgain = true;
      return null;
    }
    asked = head;
    return asked;
  }

  /** Whose turn it was goes on: there was room. */
  void leaveServed(Place place) {
    synchronized (this) {
      if (!place.inLine) {
        return;
      }
      remove(place);
      served++;
    }
    roomPerhaps();
  }

  /** It waits no longer, for whatever reason; does nothing when it did not wait. */
  void leave(Place place) {
    synchronized (this) {
      if (!place.inLine) {
        return;
      }
      remove(place);
    }
    roomPerhaps();
  }

  private void remove(Place place) {
    Place before = place.ahead;
    Place after = place.behind;
    if (before == null) {
      head = after;
    } else {
      before.behind = after;
    }
    if (after == null) {
      tail = before;
    } else {
      after.ahead = before;
    }
    place.ahead = null;
    place.behind = null;
    place.inLine = false;
    place.position += (int) (served - place.servedBefore + 1);
    length.decrementAndGet();
    if (place.equals(asked)) {
      asked = null;
      askAgain = false;
    }
  }

  /** Whose turn it was found no room: nobody behind it would. */
  void noRoom(Place place) {
    ask(afterNoRoom(place));
  }

  /** Whose turn it was found none for itself, but somebody behind it might. */
  void passOn(Place place) {
    ask(afterPassingOn(place));
  }

  private synchronized @Nullable Place afterNoRoom(Place place) {
    if (place.equals(asked)) {
      asked = askAgain ? head : null;
      askAgain = false;
      return asked;
    }
    return null;
  }

  private synchronized @Nullable Place afterPassingOn(Place place) {
    if (place.equals(asked)) {
      Place next = place.behind;
      if (next == null) {
        next = askAgain ? head : null;
        askAgain = false;
      }
      asked = next;
      return next;
    }
    return null;
  }

  /** Outside of the lock: the task may run at once. */
  private void ask(@Nullable Place place) {
    if (place != null) {
      place.loop.execute(() -> turn(place));
    }
  }

  private void turn(Place place) {
    boolean still;
    synchronized (this) {
      still = place.equals(asked);
    }
    if (still) {
      place.turn();
    }
  }
}
