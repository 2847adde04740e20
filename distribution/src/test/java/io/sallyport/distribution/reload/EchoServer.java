package io.sallyport.distribution.reload;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Sends every line back, until the process ends. */
final class EchoServer {
  static final int PORT = 9000;

  private EchoServer() {}

  static void start(String address) throws IOException {
    ServerSocket server = new ServerSocket(PORT, 500, InetAddress.ofLiteral(address));
    Thread.ofVirtual().start(() -> accept(server));
  }

  private static void accept(ServerSocket server) {
    while (true) {
      try {
        Socket client = server.accept();
        Thread.ofVirtual().start(() -> answer(client));
      } catch (IOException fault) {
        System.out.println("the echo server cannot accept: " + fault);
      }
    }
  }

  private static void answer(Socket client) {
    try (client;
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        client.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException gone) {
      // Probes and clients end as they like.
    }
  }
}
