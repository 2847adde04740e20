package io.sallyport.distribution.doctor;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One HTTP request over a connection that is there already, within bounds of time and bytes. */
final class HttpTalk {
  private static final int MOST_HEAD = 64 * 1024;
  private static final int MOST_BODY = 4 * 1024 * 1024;
  private static final int LINE_SHOWN = 60;

  private final Deadlines deadlines;
  private final Duration patience;

  HttpTalk(Deadlines deadlines, Duration patience) {
    this.deadlines = deadlines;
    this.patience = patience;
  }

  /**
   * An answer.
   *
   * @param status its code
   * @param headers names in lower case, each with its value
   * @param body as much of it as was wanted
   */
  record Answer(int status, List<Header> headers, String body) {
    Answer {
      headers = List.copyOf(headers);
    }

    Optional<String> header(String name) {
      return all(name).stream().findFirst();
    }

    List<String> all(String name) {
      return headers.stream()
          .filter(header -> header.name().equals(name))
          .map(Header::value)
          .toList();
    }

    boolean redirects() {
      return List.of(301, 302, 303, 307, 308).contains(status) && header("location").isPresent();
    }
  }

  /** A header. */
  record Header(String name, String value) {}

  /** What answered does not speak HTTP. */
  static final class NotHttpException extends IOException {
    private static final long serialVersionUID = 1L;

    NotHttpException(String message) {
      super(message);
    }
  }

  /**
   * Asks; the connection is of no use afterwards.
   *
   * @param method {@code GET} or {@code HEAD}
   * @param authority the host, and its port where that is not the usual one
   * @param path path and query
   */
  Answer ask(Socket socket, String method, String authority, String path) throws IOException {
    try (Deadlines.Running time = deadlines.watch(socket, patience)) {
      try {
        socket
            .getOutputStream()
            .write(
                (method
                        + " "
                        + path
                        + " HTTP/1.1\r\nHost: "
                        + authority
                        + "\r\nUser-Agent: sallyport-doctor\r\nAccept:"
                        + " application/vnd.oci.image.index.v1+json,"
                        + " application/vnd.oci.image.manifest.v1+json,"
                        + " application/vnd.docker.distribution.manifest.list.v2+json,"
                        + " application/vnd.docker.distribution.manifest.v2+json, */*\r\n"
                        + "Connection: close\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
        return answer(new BufferedInputStream(socket.getInputStream()), method.equals("HEAD"));
      } catch (IOException fault) {
        if (time.over()) {
          throw new IOException("no whole answer within " + patience.toSeconds() + " s", fault);
        }
        throw fault;
      }
    }
  }

  private static Answer answer(InputStream in, boolean bare) throws IOException {
    String first = line(in, MOST_HEAD);
    String[] words = first.split(" ", 3);
    if (!first.startsWith("HTTP/1.") || words.length < 2 || !words[1].matches("\\d{3}")) {
      throw new NotHttpException("it says \"" + shown(first) + "\"");
    }
    List<Header> headers = new ArrayList<>();
    int room = MOST_HEAD;
    for (String line = line(in, room); !line.isEmpty(); line = line(in, room)) {
      room -= line.length();
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.add(
            new Header(
                line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                line.substring(colon + 1).strip()));
      }
    }
    Answer head = new Answer(Integer.parseInt(words[1]), headers, "");
    if (bare || head.status() == 204 || head.status() == 304) {
      return head;
    }
    return new Answer(head.status(), headers, body(in, head));
  }

  private static String body(InputStream in, Answer head) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if (head.header("transfer-encoding").orElse("").equalsIgnoreCase("chunked")) {
      for (int size = chunk(in); size > 0 && body.size() + size <= MOST_BODY; size = chunk(in)) {
        body.write(in.readNBytes(size));
        line(in, MOST_HEAD);
      }
    } else {
      String length = head.header("content-length").orElse("");
      int wanted = length.matches("\\d{1,7}") ? Integer.parseInt(length) : MOST_BODY;
      body.write(in.readNBytes(Math.min(wanted, MOST_BODY)));
    }
    return body.toString(StandardCharsets.UTF_8);
  }

  private static int chunk(InputStream in) throws IOException {
    String size = line(in, MOST_HEAD).split(";", 2)[0].strip();
    if (!size.matches("[0-9A-Fa-f]{1,6}")) {
      throw new IOException("a chunk has the size \"" + shown(size) + "\"");
    }
    return Integer.parseInt(size, 16);
  }

  private static String line(InputStream in, int most) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0 && line.isEmpty()) {
        throw new EOFException("it has closed the connection");
      }
      if (b < 0) {
        break;
      }
      if (line.length() >= most) {
        throw new IOException("its answer's head is too long");
      }
      line.append((char) b);
    }
    return line.isEmpty() || line.charAt(line.length() - 1) != '\r'
        ? line.toString()
        : line.substring(0, line.length() - 1);
  }

  /** What may stand on a terminal. */
  private static String shown(String text) {
    String kept = text.length() > LINE_SHOWN ? text.substring(0, LINE_SHOWN) + "…" : text;
    return kept.replaceAll("[^\\x20-\\x7e…]", "?");
  }
}
