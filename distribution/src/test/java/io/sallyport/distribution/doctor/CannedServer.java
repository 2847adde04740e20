package io.sallyport.distribution.doctor;

import io.netty.pkitesting.X509Bundle;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A server on a real port of 127.0.0.1 that answers what it was given, with TLS or without. */
final class CannedServer implements AutoCloseable {
  private final ServerSocket listener;
  private final UnaryOperator<String> answers;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> serverNames = new CopyOnWriteArrayList<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  private CannedServer(ServerSocket listener, UnaryOperator<String> answers) {
    this.listener = listener;
    this.answers = answers;
    Thread.ofPlatform().daemon().start(this::accept);
  }

  /** TLS; answers request lines. */
  static CannedServer tls(X509Bundle certificate, UnaryOperator<String> answers)
      throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(certificate.toKeyManagerFactory().getKeyManagers(), null, null);
    return new CannedServer(
        context
            .getServerSocketFactory()
            .createServerSocket(0, 20, InetAddress.getLoopbackAddress()),
        answers);
  }

  /** TLS; answers paths, and 404 to others. */
  static CannedServer tls(X509Bundle certificate, Map<String, String> answers)
      throws IOException, GeneralSecurityException {
    return tls(
        certificate,
        request -> answers.getOrDefault(request.split(" ", 3)[1], answer("404 Not Found", "")));
  }

  /** No TLS; answers first lines. */
  static CannedServer plain(UnaryOperator<String> answers) throws IOException {
    return new CannedServer(new ServerSocket(0, 20, InetAddress.getLoopbackAddress()), answers);
  }

  /** An HTTP answer. */
  static String answer(String status, String body, String... headers) {
    StringBuilder text = new StringBuilder("HTTP/1.1 ").append(status).append("\r\n");
    for (String header : headers) {
      text.append(header).append("\r\n");
    }
    return text.append("Content-Length: ").append(body.length()).append("\r\n\r\n") + body;
  }

  int port() {
    return listener.getLocalPort();
  }

  /** The first lines that came. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  /** The server names that were asked for. */
  List<String> serverNames() {
    return List.copyOf(serverNames);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        open.add(socket);
        Thread.ofPlatform().daemon().start(() -> serve(socket));
      } catch (IOException over) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      if (socket instanceof SSLSocket secure) {
        secure.startHandshake();
        if (secure.getSession() instanceof ExtendedSSLSession session) {
          session.getRequestedServerNames().stream()
              .filter(SNIHostName.class::isInstance)
              .map(name -> ((SNIHostName) name).getAsciiName())
              .forEach(serverNames::add);
        }
      }
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      String first = in.readLine();
      if (first != null) {
        requests.add(first);
        String answer = answers.apply(first);
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
      }
    } catch (IOException gone) {
      // The doctor has seen enough.
    }
  }
}
