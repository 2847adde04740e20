package io.sallyport.control.security;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who did what, and who was refused: a file of JSON objects, one a line, with the keys {@code
 * time}, {@code kind}, {@code name}, {@code role}, {@code action}, {@code subject}, {@code
 * outcome}. It is only ever appended to; at its most bytes it is renamed to {@code NAME.1}, that
 * one to {@code NAME.2} and so on, and the last one goes.
 *
 * <p>Any thread. A line is handed to the system before {@link #record} returns. Where the disk does
 * not take it, it goes to the process's log, once for each outage with the reason.
 *
 * @since 0.1
 */
public final class AuditLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
  private static final int MOST_TEXT = 2_000;

  private final Path file;
  private final long mostBytes;
  private final int mostFiles;
  private final InstantSource clock;
  private FileChannel channel;
  private boolean failing;
  private boolean closed;

  private AuditLog(
      Path file, long mostBytes, int mostFiles, InstantSource clock, FileChannel channel) {
    this.file = file;
    this.mostBytes = mostBytes;
    this.mostFiles = mostFiles;
    this.clock = clock;
    this.channel = channel;
  }

  /**
   * Opens the log, and creates it where there is none.
   *
   * @param mostBytes of one file
   * @param mostFiles how many are kept, this one included
   * @throws IOException when it cannot be written
   */
  public static AuditLog open(Path file, long mostBytes, int mostFiles, InstantSource clock)
      throws IOException {
    return new AuditLog(file, mostBytes, mostFiles, clock, channel(file));
  }

  /**
   * Writes a line.
   *
   * @param caller who asked
   * @param action what for, such as {@code apply}
   * @param subject what it concerned, such as a revision; may be empty
   * @param outcome what became of it, such as {@code applied 7.12} or {@code refused: …}
   */
  public synchronized void record(Caller caller, String action, String subject, String outcome) {
    String kind =
        switch (caller) {
          case Caller.Node node -> "node";
          case Caller.Operator operator -> "operator";
          case Caller.Replica replica -> "replica";
          case Caller.Anyone anyone -> "anyone";
        };
    String role = caller instanceof Caller.Operator operator ? operator.role().text() : "";
    StringBuilder line = new StringBuilder("{");
    field(line, "time", clock.instant().toString());
    field(line, "kind", kind);
    field(line, "name", caller.name());
    field(line, "role", role);
    field(line, "action", action);
    field(line, "subject", subject);
    field(line, "outcome", outcome);
    line.append("}\n");
    write(line.toString());
  }

  private void write(String line) {
    try {
      if (!closed && !channel.isOpen()) {
        channel = channel(file);
      }
      if (channel.size() >= mostBytes) {
        turn();
      }
      ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      failing = false;
    } catch (IOException fault) {
      if (!failing) {
        LOG.atError()
            .addKeyValue("file", file)
            .addKeyValue("reason", fault)
            .log("the audit log cannot be written: its lines follow here");
      }
      failing = true;
      LOG.atWarn().addKeyValue("line", line.strip()).log("audit");
    }
  }

  private void turn() throws IOException {
    channel.close();
    for (int i = mostFiles - 1; i > 0; i--) {
      Path from = i == 1 ? file : numbered(i - 1);
      if (Files.exists(from)) {
        Files.move(from, numbered(i), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    if (mostFiles == 1) {
      Files.delete(file);
    }
    channel = channel(file);
  }

  private Path numbered(int number) {
    return file.resolveSibling(file.getFileName() + "." + number);
  }

  private static FileChannel channel(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static void field(StringBuilder line, String key, String value) {
    if (line.length() > 1) {
      line.append(',');
    }
    line.append('"').append(key).append("\":\"");
    String text = value.length() <= MOST_TEXT ? value : value.substring(0, MOST_TEXT) + "…";
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        line.append('\\').append(c);
      } else if (c < ' ' || c == 0x7f || Character.isSurrogate(c)) {
        line.append(String.format("\\u%04x", (int) c));
      } else {
        line.append(c);
      }
    }
    line.append('"');
  }

  /** Closes the file. What is recorded after that goes to the process's log. */
  @Override
  public synchronized void close() {
    closed = true;
    try {
      channel.close();
    } catch (IOException fault) {
      LOG.atError().addKeyValue("file", file).addKeyValue("reason", fault).log("not closed");
    }
  }
}
