package io.sallyport.benchmarks.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Sessions that stay, and exact numbers of connections and requests. */
public final class Sessions implements AutoCloseable {
  private final InetSocketAddress address;
  private final int answerLength;
  private final List<Socket> held = new ArrayList<>();

  private Sessions(InetSocketAddress address, int answerLength) {
    this.address = address;
    this.answerLength = answerLength;
  }

  public static Sessions at(InetSocketAddress address) {
    try {
      return new Sessions(address, Probe.answerLength(address));
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  /** Opens more, each through to the backend: one request is answered before it is left alone. */
  public void open(int more) {
    try {
      for (int i = 0; i < more; i++) {
        Socket socket = Probe.connect(address);
        held.add(socket);
        ask(socket);
      }
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  /** So many requests on each of those that are open, all at once. */
  public void ask(int requests) {
    spread(
        held.stream()
            .<Task>map(socket ->
                () -> {
                  for (int i = 0; i < requests; i++) {
                    ask(socket);
                  }
                })
            .toList());
  }

  /**
   * Connects, asks and closes.
   *
   * @param each how often, for each of those at once
   */
  public static void connections(InetSocketAddress address, int atOnce, int each) {
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < atOnce; i++) {
      tasks.add(() -> {
        for (int j = 0; j < each; j++) {
          Probe.ask(address);
        }
      });
    }
    spread(tasks);
  }

  @Override
  public void close() {
    for (Socket socket : held) {
      try {
        socket.close();
      } catch (IOException fault) {
        throw new UncheckedIOException(fault);
      }
    }
    held.clear();
  }

  private void ask(Socket socket) throws IOException {
    socket.getOutputStream().write(Probe.REQUEST);
    InputStream in = socket.getInputStream();
    if (in.readNBytes(answerLength).length < answerLength) {
      throw new IOException("the session ended within an answer");
    }
  }

  private interface Task {
    void run() throws IOException;
  }

  private static void spread(List<Task> tasks) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (Task task : tasks) {
        running.add(
            threads.submit(() -> {
              task.run();
              return null;
            }));
      }
      for (Future<?> one : running) {
        try {
          one.get();
        } catch (InterruptedException interruption) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException("interrupted", interruption);
        } catch (java.util.concurrent.ExecutionException fault) {
          throw new IllegalStateException("a generated session failed: " + fault.getCause(), fault);
        }
      }
    }
  }
}
