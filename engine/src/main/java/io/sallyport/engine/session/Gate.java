package io.sallyport.engine.session;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets connections in as long as there is room, and leaves further clients in the kernel's backlog.
 *
 * <p>Owned by the intake's event loop.
 */
final class Gate implements Intake.Taker {
  /** How long accepting rests after the system had no descriptor for a connection. */
  private static final Duration SHORTAGE_PAUSE = Duration.ofMillis(200);

  private final EventLoop loop;
  private final Entry entry;
  private final ArrayDeque<Accepted> parked = new ArrayDeque<>(1);
  private @Nullable Intake intake;
  private boolean waiting;
  private boolean resting;
  private boolean closed;

  /** What is behind a gate. Event loop. */
  interface Entry {
    /** Takes the room for one more; false when there is none. */
    boolean room();

    /** What has no room: it tells when it may have. */
    SessionLimit obstacle();

    /** One that has its room comes in. */
    void begin(Accepted accepted);

    /** None could be taken, for want of descriptors or memory; said once for each want. */
    void rests(Throwable cause);
  }

  Gate(EventLoop loop, Entry entry) {
    this.loop = loop;
    this.entry = entry;
  }

  /** Where the connections come in; said before that is opened. */
  Intake guards(Intake opened) {
    intake = opened;
    return opened;
  }

  @Override
  public void took(Accepted accepted) {
    resting = false;
    if (!parked.isEmpty() || !entry.room()) {
      parked.add(accepted);
      waitForRoom();
      return;
    }
    entry.begin(accepted);
  }

  @Override
  public void shortage(Throwable cause) {
    if (!resting) {
      resting = true;
      entry.rests(cause);
    }
    pause();
    loop.schedule(this::resume, SHORTAGE_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void closed() {
    closed = true;
    parked.forEach(Accepted::discard);
    parked.clear();
  }

  private void waitForRoom() {
    if (!waiting) {
      waiting = true;
      pause();
      entry.obstacle().await(() -> loop.execute(this::roomAgain));
    }
  }

  private void roomAgain() {
    waiting = false;
    while (!parked.isEmpty()) {
      if (!entry.room()) {
        waitForRoom();
        return;
      }
      entry.begin(parked.remove());
    }
    resume();
  }

  private void pause() {
    Intake open = intake;
    if (open != null) {
      open.pause();
    }
  }

  private void resume() {
    Intake open = intake;
    if (open != null && !closed && !waiting) {
      open.resume();
    }
  }
}
