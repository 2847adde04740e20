package io.sallyport.distribution.limits;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real distribution at the end of what it has: descriptors, memory, ports. */
@Timeout(900)
class LimitsIT {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final InetSocketAddress ENTRY =
      new InetSocketAddress(InetAddress.ofLiteral("127.20.33.7"), 7444);
  private static final int TICKS = 100;
  private static final int MOST_LOOKS = 8;

  @TempDir private Path directory;

  private ExecutorService threads;
  private ServerSocket endpoint;
  private Process agent;
  private int admin;

  /** What the endpoint does with one connection. */
  private interface Talk {
    void with(Socket socket) throws IOException;
  }

  @BeforeEach
  void surroundings() throws Exception {
    threads = Executors.newVirtualThreadPerTaskExecutor();
    endpoint = new ServerSocket(0, 4096, LOOPBACK);
    try (ServerSocket free = new ServerSocket(0, 1, LOOPBACK)) {
      admin = free.getLocalPort();
    }
    Files.writeString(directory.resolve("hosts"), "127.0.0.1 localhost\n");
    Files.writeString(
        directory.resolve("catalog.conf"),
        "services { icr { address = 127.20.33.7, names = [icr.test], ports = [7444], endpoints"
            + " = [\"127.0.0.1:"
            + endpoint.getLocalPort()
            + "\"], health-check { interval = 1m } } }\n");
  }

  @AfterEach
  void endAll() throws Exception {
    if (agent != null) {
      agent.destroyForcibly().waitFor();
    }
    endpoint.close();
    threads.shutdownNow();
  }

  @Test
  void clientsForWhomThereAreNoDescriptorsWaitAndAreServedInTheEnd() throws Exception {
    serve(LimitsIT::echo);
    start("ulimit -n 320; ", Map.of());
    double most = metric("node_sessions_max");
    assertThat(most).isBetween(20.0, 100.0);

    List<Socket> clients = clients(3 * (int) most);
    eventually().until(() -> metric("node_sessions_active") == most);
    List<Socket> served = new ArrayList<>();
    List<Socket> waiting = new ArrayList<>();
    for (Socket client : clients) {
      client.getOutputStream().write('x');
    }
    eventually().until(() -> answered(clients) == (int) most);
    for (Socket client : clients) {
      (answers(client) ? served : waiting).add(client);
    }
    assertThat(served).hasSize((int) most);
    restsFor(Duration.ofSeconds(3));
    assertThat(answered(waiting)).as("those who wait").isZero();
    assertThat(log()).doesNotContain("could not accept");

    while (!waiting.isEmpty()) {
      for (Socket done : served) {
        done.close();
      }
      served.clear();
      eventually()
          .until(() -> {
            for (Socket client : List.copyOf(waiting)) {
              if (answers(client)) {
                waiting.remove(client);
                served.add(client);
              }
            }
            return !served.isEmpty();
          });
    }
    for (Socket done : served) {
      done.close();
    }
    eventually().until(() -> metric("node_sessions_active") == 0);
    assertThat(metric("node_sessions_max")).isEqualTo(most);
  }

  @Test
  void descriptorsThatVanishAtRunTimeAreWaitedForWithoutSpinning() throws Exception {
    serve(LimitsIT::echo);
    start("", Map.of());
    Path descriptors = Path.of("/proc/" + agent.pid() + "/fd");
    long before = count(descriptors);
    limitDescriptors(before + 9);

    List<Socket> clients = clients(40);
    for (Socket client : clients) {
      client.getOutputStream().write('x');
    }
    eventually().untilAsserted(() -> assertThat(log()).contains("could not accept; resting"));
    int times = restsFor(Duration.ofSeconds(3));
    assertThat(log().split("could not accept; resting", -1).length)
        .isLessThanOrEqualTo(1 + 3 * times);

    limitDescriptors(20_000);
    int alive = 0;
    for (Socket client : clients) {
      client.setSoTimeout(60_000);
      try {
        alive += client.getInputStream().read() == 'x' ? 1 : 0;
      } catch (SocketTimeoutException stuck) {
        throw new AssertionError("a client was forgotten", stuck);
      } catch (IOException reset) {
        // Accepted with the last descriptor, when there was none to connect with.
      }
      client.close();
    }
    assertThat(alive).isGreaterThan(20);
    eventually().until(() -> metric("node_sessions_active") == 0);
    eventually().until(() -> count(descriptors) <= before);
  }

  @Test
  void sessionsThatFindNoMemoryAreCutAndTheOthersAreWhole() throws Exception {
    byte[] chunk = new byte[64 << 10];
    int chunks = 160;
    Arrays.fill(chunk, (byte) 7);
    serve(socket -> {
      // The kernel's memory for TCP is to suffice for the agent's sockets.
      socket.setSendBufferSize(chunk.length);
      if (socket.getInputStream().read() >= 0) {
        for (int i = 0; i < chunks; i++) {
          socket.getOutputStream().write(chunk);
        }
      }
    });
    start(
        "",
        Map.of("SALLYPORT_JAVA_OPTS", "-XX:MaxDirectMemorySize=8m"),
        "max-pipes=0",
        "log.sessions=all");
    List<Socket> clients = clients(300);
    for (Socket client : clients) {
      client.getOutputStream().write('x');
    }
    // Nobody reads, until all that can be held is held.
    eventually()
        .untilAsserted(
            () -> assertThat(metric("session_ends_total.*reason=\"resources\".*")).isPositive());
    eventually().until(() -> steady("bytes_down_total"));
    List<Future<Long>> reads = new ArrayList<>();
    for (Socket client : clients) {
      reads.add(threads.submit(() -> length(client)));
    }
    int whole = 0;
    int cut = 0;
    for (Future<Long> read : reads) {
      long length = read.get(180, SECONDS);
      if (length == (long) chunk.length * chunks) {
        whole++;
      } else {
        // A cut is a reset: nobody takes a part for the whole.
        assertThat(length).isEqualTo(-1);
        cut++;
      }
    }
    assertThat(whole).isPositive();
    assertThat(cut).as(log()).isPositive();
    double reset = cut;
    eventually()
        .untilAsserted(() ->
            assertThat(metric("session_ends_total.*reason=\"resources\".*")).isEqualTo(reset));
    assertThat(agent.isAlive()).isTrue();
    try (Socket after = client()) {
      after.getOutputStream().write('x');
      assertThat(length(after)).isEqualTo((long) chunk.length * chunks);
    }
  }

  @Test
  void hundredThousandShortConnectionsOfOneClientInAMinuteAreAllServed() throws Exception {
    serve(LimitsIT::echo);
    start("", Map.of());
    Path descriptors = Path.of("/proc/" + agent.pid() + "/fd");
    shortConnections(2_000, 2_000);
    eventually().until(() -> metric("node_sessions_active") == 0);
    long before = count(descriptors);
    long memory = resident();

    assertThat(shortConnections(100_000, 1_700)).as("connections that failed").isZero();

    eventually().until(() -> metric("node_sessions_active") == 0);
    assertThat(metric("sessions_total.*")).isEqualTo(102_000);
    assertThat(metric("sessions_failed_total.*")).isZero();
    assertThat(count(descriptors)).isLessThanOrEqualTo(before + 16);
    assertThat(resident() - memory).as("KiB more than before").isLessThan(48 << 10);
  }

  /** Connects, asks, reads the answer and closes, so many times and at most so often a second. */
  private int shortConnections(int total, int rate) throws Exception {
    AtomicInteger failed = new AtomicInteger();
    Semaphore atOnce = new Semaphore(64);
    long start = System.nanoTime();
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < total; i++) {
      long due = start + (long) (i * 1e9 / rate);
      while (System.nanoTime() < due) {
        Thread.sleep(1);
      }
      atOnce.acquire();
      all.add(
          threads.submit(() -> {
            try (Socket socket = client()) {
              socket.getOutputStream().write('x');
              if (socket.getInputStream().read() != 'x') {
                failed.incrementAndGet();
              }
            } catch (IOException fault) {
              failed.incrementAndGet();
            } finally {
              atOnce.release();
            }
          }));
    }
    for (Future<?> one : all) {
      one.get(120, SECONDS);
    }
    return failed.get();
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(60));
  }

  private void serve(Talk talk) {
    threads.execute(() -> {
      while (!endpoint.isClosed()) {
        try {
          Socket socket = endpoint.accept();
          threads.execute(() -> {
            try (socket) {
              talk.with(socket);
            } catch (IOException gone) {
              // The client's side tells.
            }
          });
        } catch (IOException closed) {
          return;
        }
      }
    });
  }

  private static void echo(Socket socket) throws IOException {
    socket.getInputStream().transferTo(socket.getOutputStream());
  }

  private void start(String before, Map<String, String> environment, String... settings)
      throws Exception {
    String command = before + "exec \"$0\" \"$@\"";
    List<String> words = new ArrayList<>(List.of("/bin/sh", "-c", command));
    words.add(Path.of(System.getProperty("sallyport.home")).resolve("bin/sallyport").toString());
    words.addAll(List.of("run", "--catalog", directory.resolve("catalog.conf").toString()));
    words.addAll(List.of("--hosts-file", directory.resolve("hosts").toString()));
    words.addAll(List.of("--admin", "127.0.0.1:" + admin));
    words.addAll(List.of("--set", "state-directory=" + directory.resolve("state")));
    words.addAll(List.of("--set", "stop-drain=0s"));
    for (String setting : settings) {
      words.addAll(List.of("--set", setting));
    }
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("agent.log").toFile());
    builder.environment().putAll(environment);
    agent = builder.start();
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(log()).contains("agent is ready"));
  }

  private static List<Socket> clients(int count) throws IOException {
    List<Socket> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clients.add(client());
    }
    return clients;
  }

  private static Socket client() throws IOException {
    Socket client = new Socket();
    client.setReceiveBufferSize(64 << 10);
    client.connect(ENTRY, 60_000);
    return client;
  }

  private static boolean answers(Socket client) throws IOException {
    client.setSoTimeout(client.getInputStream().available() > 0 ? 60_000 : 20);
    try {
      return client.getInputStream().read() == 'x';
    } catch (SocketTimeoutException notYet) {
      return false;
    }
  }

  /** How many have an answer that they have not read. */
  private static int answered(List<Socket> clients) throws IOException {
    int answered = 0;
    for (Socket client : clients) {
      answered += client.getInputStream().available() > 0 ? 1 : 0;
    }
    return answered;
  }

  /** All there is; -1 when it was cut. */
  private static long length(Socket client) throws IOException {
    try (client) {
      InputStream input = client.getInputStream();
      client.shutdownOutput();
      long length = 0;
      byte[] buffer = new byte[64 << 10];
      for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
        length += count;
      }
      return length;
    } catch (IOException reset) {
      return -1;
    }
  }

  /**
   * Nothing is tried over and over: a tenth of one core at most, once the JVM's compiler has come
   * to rest too. The answer is after how many looks, each of that time.
   */
  private int restsFor(Duration time) throws Exception {
    List<Long> millis = new ArrayList<>();
    do {
      assertThat(millis).as("ms of CPU in each %s", time).hasSizeLessThan(MOST_LOOKS);
      long before = cpu();
      Thread.sleep(time.toMillis());
      millis.add((cpu() - before) * 1000 / TICKS);
    } while (millis.getLast() >= time.toMillis() / 10);
    return millis.size();
  }

  private long cpu() throws IOException {
    String stat = Files.readString(Path.of("/proc/" + agent.pid() + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }

  private long resident() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + agent.pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IllegalStateException("no VmRSS");
  }

  private void limitDescriptors(long most) throws Exception {
    Process change =
        new ProcessBuilder("prlimit", "--pid=" + agent.pid(), "--nofile=" + most + ":20000")
            .inheritIO()
            .start();
    assertThat(change.waitFor()).isZero();
  }

  private static long count(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.count();
    }
  }

  private double last = -1;

  /** Whether a metric has not moved since the last look, half a second ago. */
  private boolean steady(String name) throws Exception {
    double now = metric(name + ".*");
    boolean steady = now == last;
    last = now;
    Thread.sleep(500);
    return steady;
  }

  /** The value of a metric; the name is a regular expression. */
  private double metric(String name) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/metrics")).build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      String all = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
      Matcher matcher = Pattern.compile("(?m)^sallyport_" + name + " ([-+.0-9eE]+)$").matcher(all);
      assertThat(matcher.find()).as("%s in %s", name, all).isTrue();
      return Double.parseDouble(matcher.group(1));
    }
  }

  private String log() throws IOException {
    return Files.readString(directory.resolve("agent.log"));
  }
}
