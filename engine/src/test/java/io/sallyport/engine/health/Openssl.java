package io.sallyport.engine.health;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An authority of the test's own, and TLS servers, both by the openssl command. */
final class Openssl {
  private final Path directory;

  /** Makes an authority. */
  Openssl(Path directory) {
    this.directory = directory;
    run(
        ("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30"
                + " -subj /CN=test-authority -keyout ca.key -out ca.pem")
            .split(" "));
    try {
      Files.writeString(directory.resolve("index.txt"), "");
      Files.writeString(
          directory.resolve("ca.cnf"),
          """
          [ca]
          default_ca = own
          [own]
          database = index.txt
          new_certs_dir = .
          certificate = ca.pem
          private_key = ca.key
          rand_serial = yes
          unique_subject = no
          default_days = 30
          policy = any
          [any]
          commonName = supplied
          """);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  Path authority() {
    return directory.resolve("ca.pem");
  }

  /**
   * Makes a certificate.
   *
   * @param names as in {@code DNS:icr.io,IP:127.0.0.1}
   * @param validity as in {@code -startdate 20200101000000Z -enddate 20200201000000Z}; 30 days if
   *     none
   */
  void certificate(String file, String subject, String names, String... validity) {
    run(
        ("req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN="
                + subject
                + " -keyout "
                + file
                + ".key -out "
                + file
                + ".csr")
            .split(" "));
    try {
      Files.writeString(directory.resolve(file + ".ext"), "subjectAltName=" + names + "\n");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    List<String> sign = new ArrayList<>();
    sign.addAll(List.of("ca", "-batch", "-config", "ca.cnf", "-notext", "-md", "sha256"));
    sign.addAll(List.of("-in", file + ".csr", "-extfile", file + ".ext", "-out", file + ".pem"));
    sign.addAll(List.of(validity));
    run(sign.toArray(String[]::new));
  }

  /** A server that ends with the test. */
  Server serve(String file, String... more) throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      port = free.getLocalPort();
    }
    List<String> command = new ArrayList<>(List.of("openssl", "s_server"));
    command.addAll(List.of("-accept", "127.0.0.1:" + port));
    command.addAll(List.of("-cert", file + ".pem", "-key", file + ".key"));
    command.addAll(List.of(more));
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("server-" + port + ".log").toFile())
            .start();
    Server server =
        new Server(process, new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
    for (int tries = 0; tries < 1_500; tries++) {
      try (Socket up = new Socket()) {
        up.connect(server.address(), 1_000);
        return server;
      } catch (IOException notYet) {
        Thread.sleep(20);
      }
    }
    server.close();
    throw new IllegalStateException("openssl s_server does not start");
  }

  record Server(Process process, InetSocketAddress address) implements AutoCloseable {
    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private void run(String... arguments) {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("openssl.log").toFile())
              .start();
      if (!process.waitFor(20, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException(
            command + ": " + Files.readString(directory.resolve("openssl.log")));
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException over) {
      throw new IllegalStateException(over);
    }
  }
}
