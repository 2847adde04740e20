import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Lets an installation do for a few seconds what a node does, so that the JVM writes the classes it
 * then had, loaded and linked, into a cache for all later starts (JEP 483, 514).
 *
 * <p>Usage: {@code java Rehearsal.java LAUNCHER CACHE run|agent}. The node follows a file, or a
 * control plane. All traffic stays in 127.0.0.0/8.
 */
public final class Rehearsal {
  /** Hundreds of classes cannot be in it, and each would be told. */
  private static final String QUIET = "-Xlog:disable -Xlog:all=error:stderr ";

  private static final int SESSIONS = 200;
  private static final int BULK = 32 << 20;

  private final Path directory = Files.createTempDirectory("sallyport-rehearsal");
  private final int first = freePort();
  private final int second = freePort();
  private final int admin = freePort();
  private final int control = freePort();
  private final Path launcher;
  private final boolean joined;

  private Rehearsal(Path launcher, boolean joined) throws IOException {
    this.launcher = launcher;
    this.joined = joined;
  }

  /** Exits with 1 when there is no cache in the end. */
  public static void main(String[] arguments) throws Exception {
    Path launcher = Path.of(arguments[0]);
    Path cache = Path.of(arguments[1]);
    Rehearsal rehearsal = new Rehearsal(launcher, arguments[2].equals("agent"));
    try {
      rehearsal.run(cache);
    } finally {
      rehearsal.clear();
    }
  }

  private void run(Path cache) throws Exception {
    Files.deleteIfExists(cache);
    Path catalog = directory.resolve("catalog.conf");
    Path log = directory.resolve("log");
    Path hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 localhost\n");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        ServerSocket backend = new ServerSocket(0, 256, loopback())) {
      threads.execute(() -> serve(backend, threads));
      Files.writeString(catalog, catalog(backend.getLocalPort(), "1"));
      Path record = directory.resolve("record");
      Process plane = joined ? plane(log) : null;
      Process node = start(record, catalog, hosts, log);
      try {
        if (joined) {
          apply(catalog, log);
        }
        await(first, node, log);
        for (int i = 0; i < SESSIONS; i++) {
          ask(first, 1);
          ask(second, BULK / SESSIONS);
        }
        ask(second, BULK);
        if (joined) {
          Files.writeString(catalog, catalog(backend.getLocalPort(), "2"));
          apply(catalog, log);
          Thread.sleep(2_000);
        } else {
          Files.writeString(catalog, "services { one { address = nowhere } }");
          hangUp(node);
          Files.writeString(catalog, catalog(backend.getLocalPort(), "2"));
          hangUp(node);
        }
        for (String page : List.of("/ready", "/status", "/metrics")) {
          get(page);
        }
        node.destroy();
        if (!node.waitFor(120, TimeUnit.SECONDS)) {
          throw new IllegalStateException("the node does not stop:\n" + Files.readString(log));
        }
      } finally {
        node.destroyForcibly();
        if (plane != null) {
          plane.destroyForcibly().waitFor();
        }
      }
      create(record, cache, log);
    }
  }

  private void create(Path record, Path cache, Path log) throws Exception {
    String options = "-XX:AOTMode=create -XX:AOTConfiguration=" + record + " -XX:AOTCache=" + cache;
    // With the module path that the cache is for.
    ProcessBuilder builder =
        new ProcessBuilder(launcher.toString(), joined ? "agent" : "run", "--version");
    builder.environment().put("SALLYPORT_JAVA_OPTS", QUIET + options);
    Process creation =
        builder
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    if (!creation.waitFor(120, TimeUnit.SECONDS)) {
      creation.destroyForcibly();
    }
    if (!Files.exists(cache)) {
      throw new IllegalStateException("no cache was written:\n" + Files.readString(log));
    }
  }

  /** A control plane to join. */
  private Process plane(Path log) throws Exception {
    Process plane =
        new ProcessBuilder(
                launcher.toString(),
                "control",
                "--set=insecure=true",
                "--set=listen=127.0.0.1:" + control,
                "--set=admin.address=off",
                "--set=state-directory=" + directory.resolve("control"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    for (int i = 0; i < 600 && plane.isAlive(); i++) {
      try (Socket probe = new Socket(loopback(), control)) {
        return plane;
      } catch (IOException notYet) {
        Thread.sleep(100);
      }
    }
    throw new IllegalStateException("the control plane does not serve:\n" + Files.readString(log));
  }

  private void apply(Path catalog, Path log) throws Exception {
    Process applying =
        new ProcessBuilder(
                launcher.toString(),
                "catalog",
                "apply",
                catalog.toString(),
                "--control=127.0.0.1:" + control,
                "--insecure",
                "--yes")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    if (applying.waitFor() != 0) {
      throw new IllegalStateException("the catalog is not taken:\n" + Files.readString(log));
    }
  }

  private Process start(Path record, Path catalog, Path hosts, Path log) throws IOException {
    List<String> follow =
        joined
            ? List.of(
                "agent",
                "--set=control.addresses=[\"127.0.0.1:" + control + "\"]",
                "--set=control.insecure=true",
                "--set=node.name=rehearsal",
                "--set=control.report-interval=1s")
            : List.of("run", "--catalog=" + catalog);
    List<String> command = new ArrayList<>();
    command.add(launcher.toString());
    command.addAll(follow);
    command.addAll(
        List.of(
            "--set=injectors.hosts-file.path=" + hosts,
            "--set=admin.address=127.0.0.1:" + admin,
            "--set=injectors.loopback.enabled=false",
            "--set=state-directory=" + directory.resolve("state"),
            "--set=stop-drain=0s",
            "--set=on-exit=withdraw"));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder
        .environment()
        .put("SALLYPORT_JAVA_OPTS", QUIET + "-XX:AOTMode=record -XX:AOTConfiguration=" + record);
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  /** The dead endpoint has sessions fail over. */
  private String catalog(int backend, String weight) {
    return """
    services {
      one {
        names = [one.rehearsal.test]
        address = "127.0.0.1"
        ports = [%1$d]
        endpoints = ["127.0.0.1:%3$d", { host = "127.0.0.1", port = 1, weight = %4$s }]
      }
      two {
        names = [two.rehearsal.test]
        address = "127.0.0.1"
        ports = [%2$d]
        endpoints = ["localhost:%3$d"]
        health-check { interval = 1s }
      }
    }
    """
        .formatted(first, second, backend, weight);
  }

  private static void serve(ServerSocket backend, ExecutorService threads) {
    while (!backend.isClosed()) {
      try {
        Socket socket = backend.accept();
        threads.execute(() -> answer(socket));
      } catch (IOException closed) {
        // The loop's condition ends it.
      }
    }
  }

  /** Four bytes ask for as many back. */
  private static void answer(Socket socket) {
    try (socket) {
      InputStream input = socket.getInputStream();
      OutputStream output = socket.getOutputStream();
      byte[] chunk = new byte[64 << 10];
      for (byte[] asked = input.readNBytes(4); asked.length == 4; asked = input.readNBytes(4)) {
        int size = ByteBuffer.wrap(asked).getInt();
        for (int left = size; left > 0; left -= chunk.length) {
          output.write(chunk, 0, Math.min(left, chunk.length));
        }
      }
    } catch (IOException gone) {
      // A probe, or the end.
    }
  }

  private static void ask(int port, int size) throws IOException {
    try (Socket socket = new Socket(loopback(), port)) {
      for (int i = 0; i < 3; i++) {
        socket.getOutputStream().write(ByteBuffer.allocate(4).putInt(size).array());
        socket.getInputStream().skipNBytes(size);
      }
    }
  }

  private static void hangUp(Process node) throws Exception {
    new ProcessBuilder("kill", "-HUP", Long.toString(node.pid())).inheritIO().start().waitFor();
    Thread.sleep(500);
  }

  private void get(String page) throws IOException {
    try (Socket socket = new Socket(loopback(), admin)) {
      String request = "GET " + page + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    }
  }

  private static void await(int port, Process node, Path log) throws Exception {
    for (int i = 0; i < 600 && node.isAlive(); i++) {
      try {
        ask(port, 1);
        return;
      } catch (IOException notYet) {
        Thread.sleep(100);
      }
    }
    throw new IllegalStateException("the node does not serve:\n" + Files.readString(log));
  }

  private void clear() throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static InetAddress loopback() {
    return InetAddress.ofLiteral("127.0.0.1");
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(loopback(), 0));
      return probe.getLocalPort();
    }
  }
}
