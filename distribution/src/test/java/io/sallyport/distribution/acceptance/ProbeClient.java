package io.sallyport.distribution.acceptance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Security;
import java.security.cert.CertificateFactory;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * A program of its own, run inside the node's namespace: asks for {@code https://icr.io/v2/} by its
 * public name at a steady pace, each time with a new lookup, a new connection and a new verified
 * handshake, whatever became of the earlier ones.
 *
 * <p>Arguments: the authority's certificate; milliseconds between probes. Commands on standard
 * input: {@code phase NAME}, {@code pause} (answered by {@code paused} once no probe is under way),
 * {@code resume}; its end ends the program. Each probe is one line on standard output: {@code probe
 * PHASE PORT MICROSECONDS ok ZONE} or {@code probe PHASE PORT MICROSECONDS failed WHY}.
 */
final class ProbeClient {
  private static final String NAME = "icr.io";
  private static final int PATIENCE = 30_000;
  // Every fourth probe goes to the signing port.
  private static final int SIGNING_SHARE = 4;

  private final SSLContext tls;
  private final PrintStream out;
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final Phaser underWay = new Phaser(1);
  private String phase = "start";
  private boolean paused;
  private long count;

  private ProbeClient(SSLContext tls, PrintStream out) {
    this.tls = tls;
    this.out = out;
  }

  /** Runs until standard input ends. */
  public static void main(String[] arguments) throws Exception {
    // The hosts file is asked each time, as every short-lived program does.
    Security.setProperty("networkaddress.cache.ttl", "0");
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
    ProbeClient client = new ProbeClient(trusting(Path.of(arguments[0])), System.out);
    try (ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor()) {
      int interval = Integer.parseInt(arguments[1]);
      pace.scheduleAtFixedRate(client::next, 0, interval, TimeUnit.MILLISECONDS);
      BufferedReader commands =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        client.obey(line);
      }
      pace.shutdownNow();
    }
    client.workers.shutdownNow();
    System.exit(0);
  }

  private static SSLContext trusting(Path authority) throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream pem = Files.newInputStream(authority)) {
      trusted.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  private void obey(String command) {
    if (command.equals("pause")) {
      synchronized (this) {
        paused = true;
      }
      underWay.arriveAndAwaitAdvance();
      tell("paused");
    } else if (command.equals("resume")) {
      synchronized (this) {
        paused = false;
      }
    } else if (command.startsWith("phase ")) {
      synchronized (this) {
        phase = command.substring("phase ".length());
      }
    } else {
      throw new IllegalArgumentException("unknown command: " + command);
    }
  }

  private synchronized void next() {
    if (paused) {
      return;
    }
    count++;
    int port = count % SIGNING_SHARE == 0 ? 4443 : 443;
    String during = phase;
    underWay.register();
    workers.execute(() -> {
      try {
        probe(during, port);
      } finally {
        underWay.arriveAndDeregister();
      }
    });
  }

  private void probe(String during, int port) {
    long start = System.nanoTime();
    String outcome;
    try {
      outcome = "ok " + ask(port);
    } catch (IOException | RuntimeException fault) {
      outcome = "failed " + fault;
    }
    long micros = (System.nanoTime() - start) / 1000;
    tell("probe " + during + " " + port + " " + micros + " " + outcome.replace('\n', ' '));
  }

  /** One request; the answer is the zone that served it. */
  private String ask(int port) throws IOException {
    try (Socket plain = new Socket()) {
      plain.setSoTimeout(PATIENCE);
      plain.setTcpNoDelay(true);
      plain.connect(new InetSocketAddress(InetAddress.getAllByName(NAME)[0], port), PATIENCE);
      try (SSLSocket socket =
          (SSLSocket) tls.getSocketFactory().createSocket(plain, NAME, port, true)) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        // No resumption: the next probe verifies the certificate anew.
        socket.getSession().invalidate();
        String request = "GET /v2/ HTTP/1.1\r\nHost: " + NAME + "\r\nConnection: close\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        String answer =
            new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        return zone(answer);
      }
    }
  }

  private static String zone(String answer) throws IOException {
    String status = answer.lines().findFirst().orElse("no answer");
    if (!status.contains(" 200 ")) {
      throw new IOException("answered: " + status);
    }
    return answer
        .lines()
        .filter(line -> line.startsWith("X-Zone: "))
        .map(line -> line.substring("X-Zone: ".length()).strip())
        .findFirst()
        .orElseThrow(() -> new IOException("an answer without its zone"));
  }

  private void tell(String line) {
    synchronized (out) {
      out.println(line);
      out.flush();
    }
  }
}
