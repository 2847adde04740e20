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
  private final List<Integer> ids = new CopyOnWriteArrayList<>();

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

  /** The kernel's ids of those that run, in the order of their starts; none where it tells none. */
  List<Integer> ids() {
    return ids;
  }

  private void note() {
    try {
      ids.add(Integer.parseInt(Files.readSymbolicLink(OWN).getFileName().toString()));
    } catch (IOException | NumberFormatException untold) {
      // Not Linux, or no proc(5): such loops stay as they are.
    }
  }
}
