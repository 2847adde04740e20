package io.sallyport.engine.transport;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;

/** Makes the threads of event loops, and learns what the kernel calls them. Any thread. */
final class LoopThreads implements ThreadFactory {
  private static final Path OWN = Path.of("/proc/thread-self");

  private final ThreadFactory maker;
  private final List<Running> running = new CopyOnWriteArrayList<>();

  /**
   * A thread that has begun.
   *
   * @param name Java's
   * @param id the kernel's
   */
  record Running(String name, int id) {}

  LoopThreads(String name) {
    maker = new DefaultThreadFactory(name, true);
  }

  @Override
  public Thread newThread(Runnable loop) {
    return maker.newThread(() -> {
      note();
      loop.run();
    });
  }

  /** Those that have begun; none where the kernel does not tell their ids. */
  List<Running> running() {
    return List.copyOf(running);
  }

  private void note() {
    try {
      running.add(
          new Running(
              Thread.currentThread().getName(),
              Integer.parseInt(Files.readSymbolicLink(OWN).getFileName().toString())));
    } catch (IOException | NumberFormatException untold) {
      // Not Linux, or no proc(5): such loops stay as they are.
    }
  }
}
