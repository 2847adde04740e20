package io.sallyport.distribution.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * Asks by public name, as any program on the node would that knows nothing of proxies: looks the
 * name up in the hosts file, connects, verifies the certificate against the name, sends a request.
 * Nothing is kept between requests. Any thread; blocks.
 */
final class DemoClient {
  private static final int PATIENCE = 10_000;

  private final Path hosts;
  private final SSLContext tls;

  DemoClient(Path hosts, SSLContext tls) {
    this.hosts = hosts;
    this.tls = tls;
  }

  /**
   * One request; the answer is the zone that served it.
   *
   * @throws IOException when the name is unknown or the request failed
   */
  String ask(DemoTarget target) throws IOException {
    InetAddress address =
        lookUp(target.name())
            .orElseThrow(
                () -> new UnknownHostException(target.name() + " is not in the hosts file"));
    try (Socket plain = new Socket()) {
      plain.setSoTimeout(PATIENCE);
      plain.setTcpNoDelay(true);
      plain.connect(new InetSocketAddress(address, target.port()), PATIENCE);
      try (SSLSocket socket =
          (SSLSocket)
              tls.getSocketFactory().createSocket(plain, target.name(), target.port(), true)) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        // Nothing to resume: the next request verifies the certificate anew.
        socket.getSession().invalidate();
        String request = "GET /v2/ HTTP/1.1\r\nHost: " + target.name() + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        byte[] answer = socket.getInputStream().readAllBytes();
        return zone(new String(answer, StandardCharsets.US_ASCII));
      }
    }
  }

  /** True when the hosts file has the name. */
  boolean knows(String name) {
    try {
      return lookUp(name).isPresent();
    } catch (IOException unreadable) {
      return false;
    }
  }

  private Optional<InetAddress> lookUp(String name) throws IOException {
    for (String line : Files.readAllLines(hosts, StandardCharsets.UTF_8)) {
      int comment = line.indexOf('#');
      String bare = comment < 0 ? line : line.substring(0, comment);
      List<String> words = Arrays.asList(bare.strip().split("\\s+"));
      if (words.subList(1, words.size()).contains(name)) {
        return Optional.of(InetAddress.ofLiteral(words.getFirst()));
      }
    }
    return Optional.empty();
  }

  private static String zone(String answer) throws IOException {
    if (!answer.startsWith("HTTP/1.1 200 ")) {
      throw new IOException(
          answer.isEmpty() ? "the connection ended without an answer" : "no 200: " + answer);
    }
    int at = answer.indexOf(DemoZone.HEADER);
    if (at < 0) {
      throw new IOException("an answer that names no zone");
    }
    int from = at + DemoZone.HEADER.length();
    return answer.substring(from, answer.indexOf('\r', from));
  }
}
