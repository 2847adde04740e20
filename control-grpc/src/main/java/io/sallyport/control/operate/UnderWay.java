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
 * The catalogs that callers send or have read, all of them together: no more than so many bytes at
 * once, whoever they are and whatever for. A caller that has not sent all of its catalog within a
 * minute loses what it sent as soon as another one needs the room. Any thread.
 */
final class UnderWay {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** What a resource takes beside its bytes. */
  private static final long OVERHEAD = 256;

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

  /** What one call has. */
  final class Share implements AutoCloseable {
    private final long begun = ticker.nanos();
    private final List<Resource> resources = new ArrayList<>();
    private long taken;
    private boolean arriving = true;
    private boolean lost;

    private Share() {}

    /**
     * Adds what was sent.
     *
     * @throws StatusRuntimeException when there is no room for it, or none any more for what was
     *     sent before
     */
    void add(List<Resource> more, long size) {
      synchronized (UnderWay.this) {
        take(this, size + more.size() * OVERHEAD);
        resources.addAll(more);
      }
    }

    int services() {
      return resources.size();
    }

    /**
     * All of it, from now on kept until the share is closed.
     *
     * @throws StatusRuntimeException when it took too long
     */
    List<Resource> whole() {
      synchronized (UnderWay.this) {
        refuseLost();
        arriving = false;
        return resources;
      }
    }

    private void refuseLost() {
      if (lost) {
        throw Status.DEADLINE_EXCEEDED
            .withDescription(
                "the catalog did not come within "
                    + PATIENCE.toSeconds()
                    + " s, and others needed the room; send it again, faster")
            .asRuntimeException();
      }
    }

    @Override
    public void close() {
      release(this);
    }
  }

  /** A call that sends a catalog begins. */
  Share sent() {
    return new Share();
  }

  /**
   * A call that has a catalog read begins.
   *
   * @param size about how many bytes the catalog has
   * @throws StatusRuntimeException when there is no room for it
   */
  Share read(long size) {
    Share share = new Share();
    share.arriving = false;
    // One alone is always let through, however large the catalog is.
    take(share, Math.min(size, most));
    return share;
  }

  private synchronized void take(Share share, long more) {
    share.refuseLost();
    if (bytes + more > most) {
      long now = ticker.nanos();
      for (Share other : List.copyOf(shares)) {
        if (other != share && other.arriving && now - other.begun > PATIENCE.toNanos()) {
          release(other);
          other.lost = true;
        }
      }
    }
    if (bytes + more > most) {
      throw Status.RESOURCE_EXHAUSTED
          .withDescription(
              "the catalogs that are under way have "
                  + most / MIB
                  + " MiB together, which is all that this control plane takes at once; try again"
                  + " when others are done, or give it a larger heap")
          .asRuntimeException();
    }
    bytes += more;
    share.taken += more;
    shares.add(share);
  }

  private synchronized void release(Share share) {
    bytes -= share.taken;
    share.taken = 0;
    share.resources.clear();
    shares.remove(share);
  }

  /** How many bytes are under way. */
  synchronized long bytes() {
    return bytes;
  }
}
