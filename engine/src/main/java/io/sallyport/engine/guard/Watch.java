package io.sallyport.engine.guard;

import io.netty.util.concurrent.Future;
import io.sallyport.engine.Strategies;
import io.sallyport.engine.control.ControlThread;
import io.sallyport.engine.guard.LoopWatch.Loop;
import io.sallyport.engine.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that watches over plugins in one engine. One timer on the side loop looks after the data
 * path's loops, the control loop and dialogues; another one, on the control loop, after the side
 * loop, where the stages of checks go on.
 *
 * @since 0.1
 */
public final class Watch {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final DialogueWatch dialogues;
  private final Guards guards;
  private final LoopWatch loops;
  private final LoopWatch side;
  private final ControlThread control;
  private final Transport transport;
  private volatile boolean closed;
  private volatile @Nullable Future<?> timer;

  /** Makes one that does not watch yet. */
  public Watch(
      PluginFaults faults,
      ThreadPoolExecutor healthWork,
      ControlThread control,
      Transport transport) {
    this.control = control;
    this.transport = transport;
    this.dialogues = new DialogueWatch(faults, healthWork, control);
    this.guards = new Guards(faults, dialogues);
    List<Loop> watched = new ArrayList<>();
    watched.add(new Loop("control", control));
    transport.dataLoops().forEach(loop -> watched.add(new Loop("data-" + watched.size(), loop)));
    this.loops = new LoopWatch(faults, control, watched);
    this.side = new LoopWatch(faults, control, List.of(new Loop("side", transport.sideLoop())));
  }

  /** The same strategies, each guarded. */
  public Strategies guarded(Strategies strategies) {
    return guards.around(strategies);
  }

  /** Starts to watch. */
  public void start() {
    timer =
        transport
            .sideLoop()
            .next()
            .scheduleWithFixedDelay(
                () -> {
                  loops.look();
                  dialogues.look();
                },
                0,
                PAUSE.toMillis(),
                TimeUnit.MILLISECONDS);
    lookAtTheSide();
  }

  /** What hangs now, one sentence each. Any thread. */
  public Stream<String> wrong() {
    return Stream.of(loops.wrong(), side.wrong(), dialogues.wrong()).flatMap(List::stream);
  }

  /** Watches no more. */
  public void close() {
    closed = true;
    Future<?> running = timer;
    if (running != null) {
      running.cancel(false);
    }
  }

  private void lookAtTheSide() {
    if (!closed) {
      side.look();
      control.schedule(PAUSE, this::lookAtTheSide);
    }
  }
}
