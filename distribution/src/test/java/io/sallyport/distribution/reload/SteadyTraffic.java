package io.sallyport.distribution.reload;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients of services that never change: one session each that lasts and must never break, and
 * short ones, one after the other. Also a client of the others, of whom nothing is expected.
 */
final class SteadyTraffic implements AutoCloseable {
  private static final int PORT = 7000;
  private static final int TIMEOUT_MILLIS = 30_000;
  private static final long LASTING_PAUSE = 5_000_000;
  private static final long SHORT_PAUSE = 10_000_000;

  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong sessions = new AtomicLong();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final List<Thread> clients = new ArrayList<>();
  private volatile boolean ended;
  private volatile String bystander = "";

  private SteadyTraffic() {}

  static SteadyTraffic start() {
    SteadyTraffic made = new SteadyTraffic();
    for (ChangingCatalog.Steady service : ChangingCatalog.STEADY) {
      InetAddress address = InetAddress.ofLiteral(service.address());
      made.client(() -> made.lasting(service.name(), address));
      made.client(() -> made.oneAfterTheOther(service.name(), address));
    }
    made.client(made::bystanders);
    return made;
  }

  long requests() {
    return requests.get();
  }

  long sessions() {
    return sessions.get();
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  /** An address that changes soon, for the client of whom nothing is expected. */
  void bystander(String address) {
    bystander = address;
  }

  @Override
  public void close() {
    ended = true;
    try {
      for (Thread client : clients) {
        client.join();
      }
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
    }
  }

  private void client(Runnable run) {
    clients.add(Thread.ofPlatform().daemon().start(run));
  }

  private void lasting(String name, InetAddress address) {
    try (Socket socket = connect(address)) {
      for (long i = 0; !ended; i++) {
        ask(socket, name + " lasting " + i);
        LockSupport.parkNanos(LASTING_PAUSE);
      }
    } catch (IOException fault) {
      failures.add(name + ", lasting session: " + fault);
    }
  }

  private void oneAfterTheOther(String name, InetAddress address) {
    for (long i = 0; !ended; i++) {
      try (Socket socket = connect(address)) {
        ask(socket, name + " short " + i);
      } catch (IOException fault) {
        failures.add(name + ", session " + i + ": " + fault);
      }
      LockSupport.parkNanos(SHORT_PAUSE);
    }
  }

  private void bystanders() {
    List<Socket> open = new ArrayList<>();
    while (!ended) {
      String address = bystander;
      if (!address.isEmpty()) {
        try {
          Socket socket = new Socket();
          open.add(socket);
          socket.setSoTimeout(TIMEOUT_MILLIS);
          socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), PORT), 200);
          socket.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException gone) {
          // As it may be.
        }
        if (open.size() > 20) {
          closeQuietly(open.removeFirst());
        }
      }
      LockSupport.parkNanos(SHORT_PAUSE);
    }
    open.forEach(SteadyTraffic::closeQuietly);
  }

  private Socket connect(InetAddress address) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(address, PORT), TIMEOUT_MILLIS);
      sessions.incrementAndGet();
      return socket;
    } catch (IOException fault) {
      socket.close();
      throw fault;
    }
  }

  private void ask(Socket socket, String question) throws IOException {
    byte[] line = (question + "\n").getBytes(StandardCharsets.US_ASCII);
    socket.getOutputStream().write(line);
    byte[] answer = socket.getInputStream().readNBytes(line.length);
    String text = new String(answer, StandardCharsets.US_ASCII);
    if (!text.equals(question + "\n")) {
      throw new IOException("asked \"" + question + "\", answered \"" + text + "\"");
    }
    requests.incrementAndGet();
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException gone) {
      // It is closed all the same.
    }
  }
}
