package io.sallyport.control.operate;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.sallyport.api.plugin.Ticker;
import io.sallyport.control.v1.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The catalogs that callers send or have read, all of them together: no more than so many bytes of
 * the heap at once, whoever they are and whatever for. Any thread.
 *
 * <p>What counts is what is held, and not what was sent: a byte on the wire may be forty once it is
 * parsed. Messages are weighed ({@link Weight}), and room for them is taken, before they are
 * parsed. What does not count is what the work on a catalog makes of it meanwhile (its services as
 * they are read, what is to be written, the differences), some copies of it, wherefore only a small
 * part of the heap may be given away here; and what the network was handed but has not delivered,
 * which is outside the heap: one part of a catalog for each call, or its one answer.
 *
 * <pre>
 *   ARRIVING ──whole──► WORKED ON ──answered──► LEAVING ──close──► over
 *       └────────────── lost ◄─────────────────────┘
 * </pre>
 *
 * <p>A caller that has not sent all of its catalog within a minute, or has not taken all of its
 * answer within another, loses its room as soon as somebody needs it. What is worked on keeps its
 * room until that is done, whether the caller is still there or not.
 */
final class UnderWay {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final long MIB = 1024 * 1024;

  private final long most;
  private final Ticker ticker;
  private final Set<Share> shares = new HashSet<>();
  private long bytes;

  /** Has nothing under way; at most so many bytes. */
  UnderWay(long most, Ticker ticker) {
    this.most = most;
    this.ticker = ticker;
  }

  private enum Phase {
    ARRIVING,
    WORKED_ON,
    LEAVING,
    OVER
  }

  private enum Way {
    SENT,
    READ
  }

  /** What one call has. */
  final class Share implements AutoCloseable {
    private final Way way;
    private final List<Resource> resources = new ArrayList<>();
    private Phase phase;
    private long since = ticker.nanos();
    private long taken;
    private boolean callOver;
    private boolean lost;
    private Runnable whenLost = () -> {};

    private Share(Way way, Phase phase) {
      this.way = way;
      this.phase = phase;
    }

    /**
     * Takes room for something more.
     *
     * @param more about how many bytes of the heap that takes
     * @throws StatusRuntimeException when there is no room for it, or none any more for what was
     *     sent before
     */
    void room(long more) {
      List<Runnable> losers = new ArrayList<>();
      try {
        take(this, more, losers);
      } finally {
        // Not while others wait for this: they end their calls.
        losers.forEach(Runnable::run);
      }
    }

    /**
     * Takes room for what is about to be read, of which nobody knows the size yet. One alone is
     * always let through.
     */
    void guess(long size) {
      room(Math.min(size, most));
    }

    /** Takes what is missing to so much room in all. */
    void atLeast(long size) {
      room(Math.max(0, size - taken()));
    }

    private long taken() {
      synchronized (UnderWay.this) {
        return taken;
      }
    }

    /** Adds what was sent, for which there is room. */
    void add(List<Resource> more) {
      synchronized (UnderWay.this) {
        resources.addAll(more);
      }
    }

    int services() {
      synchronized (UnderWay.this) {
        return resources.size();
      }
    }

    /**
     * All of it, from now on kept until it was worked on.
     *
     * @throws StatusRuntimeException when it took too long
     */
    List<Resource> whole() {
      synchronized (UnderWay.this) {
        refuseLost();
        phase = Phase.WORKED_ON;
        return resources;
      }
    }

    /**
     * The work is done, and the answer goes out.
     *
     * @param tooSlow run when the room is lost to others because the caller does not take it, by
     *     any thread
     */
    void answered(Runnable tooSlow) {
      synchronized (UnderWay.this) {
        if (callOver) {
          release();
        } else if (phase == Phase.WORKED_ON) {
          phase = Phase.LEAVING;
          since = ticker.nanos();
          whenLost = tooSlow;
          resources.clear();
        }
      }
    }

    /** The call is over: its answer was delivered, or the caller is gone. */
    @Override
    public void close() {
      synchronized (UnderWay.this) {
        callOver = true;
        if (phase != Phase.WORKED_ON) {
          release();
        }
      }
    }

    /** Gives the room back: nothing is done with it any more. */
    void release() {
      synchronized (UnderWay.this) {
        bytes -= taken;
        taken = 0;
        resources.clear();
        phase = Phase.OVER;
        whenLost = () -> {};
        shares.remove(this);
      }
    }

    private void refuseLost() {
      if (lost) {
        throw tooSlow(
            "the catalog did not come within "
                + PATIENCE.toSeconds()
                + " s, and others needed the room; send it again, faster");
      }
      if (phase == Phase.OVER) {
        throw Status.CANCELLED.withDescription("the call is over").asRuntimeException();
      }
    }

    /** Whether somebody else may have its room. */
    private boolean late(long now) {
      return switch (phase) {
        case ARRIVING, LEAVING -> now - since > PATIENCE.toNanos();
        case WORKED_ON, OVER -> false;
      };
    }
  }

  /** A call that sends a catalog begins. */
  Share sent() {
    return new Share(Way.SENT, Phase.ARRIVING);
  }

  /** A call that has a catalog read begins. */
  Share read() {
    return new Share(Way.READ, Phase.WORKED_ON);
  }

  /** That an answer was not taken in time. */
  static StatusRuntimeException notTaken() {
    return tooSlow(
        "the answer was not read within "
            + PATIENCE.toSeconds()
            + " s, and others needed the room; ask again, and read faster");
  }

  private static StatusRuntimeException tooSlow(String what) {
    return Status.DEADLINE_EXCEEDED.withDescription(what).asRuntimeException();
  }

  private synchronized void take(Share share, long more, List<Runnable> losers) {
    share.refuseLost();
    if (share.taken + more > most) {
      throw tooLarge(share.way);
    }
    if (bytes + more > most) {
      long now = ticker.nanos();
      for (Share other : List.copyOf(shares)) {
        if (other != share && other.late(now)) {
          losers.add(other.whenLost);
          other.release();
          other.lost = true;
        }
      }
    }
    if (bytes + more > most) {
      throw Status.RESOURCE_EXHAUSTED
          .withDescription(
              "the catalogs that are under way take "
                  + most / MIB
                  + " MiB of the heap together, which is all that this control plane has for them;"
                  + " try again when others are done, or give it a larger heap")
          .asRuntimeException();
    }
    bytes += more;
    share.taken += more;
    shares.add(share);
  }

  /** That it will never fit. */
  private StatusRuntimeException tooLarge(Way way) {
    String remedy = "give the control plane a larger heap (-Xmx in SALLYPORT_JAVA_OPTS)";
    return Status.FAILED_PRECONDITION
        .withDescription(
            "this alone would take more than the "
                + most / MIB
                + " MiB of the heap that this control plane has for all catalogs under way; "
                + switch (way) {
                  case SENT -> "send it in parts (sallyport catalog apply --partial), or " + remedy;
                  case READ -> remedy;
                })
        .asRuntimeException();
  }

  /** How many bytes are under way. */
  synchronized long bytes() {
    return bytes;
  }
}
