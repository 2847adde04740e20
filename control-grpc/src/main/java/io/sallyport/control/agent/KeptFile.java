package io.sallyport.control.agent;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sallyport.control.agent.v1.KeptSnapshot;
import io.sallyport.control.resource.Revisions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The last complete snapshot on disk, and the one before it. A line says the format's version, the
 * body's length and its SHA-256; the body is a {@link KeptSnapshot}. Each is replaced whole, so
 * that a crash leaves one or both. What cannot be used is put aside under another name, never
 * deleted.
 *
 * <p>Used by one thread at a time; blocks.
 */
final class KeptFile {
  private static final String NAME = "control-snapshot";
  private static final String PREVIOUS = NAME + ".previous";
  private static final String DRAFT = NAME + ".new";
  private static final int FORMAT = 1;
  private static final int LONGEST_HEADER = 256;
  private static final Pattern HEADER =
      Pattern.compile("sallyport-snapshot (\\d{1,9}) (\\d{1,10}) ([0-9a-f]{64})");
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final Path directory;
  private final String node;
  private final String controlPlane;
  private final InstantSource clock;

  /**
   * Keeps in a directory that exists.
   *
   * @param node whose snapshots are used; empty: anybody's
   * @param controlPlane of which control plane; empty: of any
   */
  KeptFile(Path directory, String node, String controlPlane, InstantSource clock) {
    this.directory = directory;
    this.node = node;
    this.controlPlane = controlPlane;
    this.clock = clock;
  }

  /**
   * What a start found.
   *
   * @param snapshot the newest that can be used
   * @param complaints what could not be used, and what became of it, one sentence each
   */
  record Found(Optional<KeptSnapshot> snapshot, List<String> complaints) {}

  private sealed interface Content {
    record Absent() implements Content {}

    record Usable(KeptSnapshot snapshot) implements Content {}

    record Refused(String reason) implements Content {}
  }

  /** Finds what was kept, and puts aside what cannot be used. */
  Found find() {
    List<String> complaints = new ArrayList<>();
    Optional<KeptSnapshot> newest = usable(directory.resolve(NAME), complaints);
    Optional<KeptSnapshot> before = usable(directory.resolve(PREVIOUS), complaints);
    if (newest.isPresent() && before.isPresent()) {
      var own = Revisions.of(newest.get().getRevision());
      var other = Revisions.of(before.get().getRevision());
      if (own.compareTo(other) < 0) {
        aside(
            directory.resolve(NAME),
            "has revision " + own + ", older than " + other + " of the one kept before it",
            complaints);
        return new Found(before, complaints);
      }
    }
    return new Found(newest.or(() -> before), complaints);
  }

  /** Replaces the newest, which becomes the one before; on disk when it returns. */
  void keep(KeptSnapshot snapshot) throws IOException {
    byte[] body = snapshot.toByteArray();
    String header = "sallyport-snapshot " + FORMAT + " " + body.length + " " + sha256(body) + "\n";
    Path draft = directory.resolve(DRAFT);
    try (FileChannel out =
        FileChannel.open(
            draft,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      write(out, header.getBytes(StandardCharsets.US_ASCII));
      write(out, body);
      out.force(true);
    }
    Path newest = directory.resolve(NAME);
    if (Files.exists(newest)) {
      move(newest, directory.resolve(PREVIOUS));
    }
    move(draft, newest);
    try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
      entries.force(true);
    }
  }

  private Optional<KeptSnapshot> usable(Path file, List<String> complaints) {
    return switch (read(file)) {
      case Content.Absent() -> Optional.empty();
      case Content.Usable(KeptSnapshot snapshot) -> Optional.of(snapshot);
      case Content.Refused(String reason) -> {
        aside(file, reason, complaints);
        yield Optional.empty();
      }
    };
  }

  private Content read(Path file) {
    byte[] whole;
    try {
      whole = Files.readAllBytes(file);
    } catch (NoSuchFileException none) {
      return new Content.Absent();
    } catch (IOException unreadable) {
      return new Content.Refused("cannot be read: " + unreadable);
    }
    int end = 0;
    while (end < Math.min(whole.length, LONGEST_HEADER) && whole[end] != '\n') {
      end++;
    }
    Matcher header = HEADER.matcher(new String(whole, 0, end, StandardCharsets.ISO_8859_1));
    if (!header.matches()) {
      return new Content.Refused(
          whole.length == 0 ? "is empty" : "is corrupted: it does not begin as a kept snapshot");
    }
    if (Integer.parseInt(header.group(1)) != FORMAT) {
      return new Content.Refused(
          "has format " + header.group(1) + ", and this agent reads " + FORMAT);
    }
    byte[] body = Arrays.copyOfRange(whole, Math.min(end + 1, whole.length), whole.length);
    long length = Long.parseLong(header.group(2));
    if (body.length < length) {
      return new Content.Refused(
          "is truncated: it has " + body.length + " of " + length + " bytes");
    }
    if (body.length > length || !sha256(body).equals(header.group(3))) {
      return new Content.Refused("is corrupted: its checksum differs");
    }
    try {
      return judged(KeptSnapshot.parseFrom(body));
    } catch (InvalidProtocolBufferException broken) {
      return new Content.Refused("is corrupted: " + broken.getMessage());
    }
  }

  private Content judged(KeptSnapshot snapshot) {
    if (!node.isEmpty() && !snapshot.getNode().equals(node)) {
      return new Content.Refused(
          "is foreign: it is of node " + snapshot.getNode() + ", and this is " + node);
    }
    if (!controlPlane.isEmpty() && !snapshot.getControlPlane().equals(controlPlane)) {
      return new Content.Refused(
          "is foreign: it is of control plane \""
              + snapshot.getControlPlane()
              + "\", and this node's is \""
              + controlPlane
              + "\"");
    }
    return new Content.Usable(snapshot);
  }

  private void aside(Path file, String reason, List<String> complaints) {
    Path aside =
        file.resolveSibling(file.getFileName() + ".refused-" + STAMP.format(clock.instant()));
    String fate;
    try {
      move(file, aside);
      fate = "it was put aside as " + aside.getFileName();
    } catch (IOException stays) {
      fate = "it could not be put aside: " + stays;
    }
    complaints.add("the kept snapshot " + file + " " + reason + "; " + fate);
  }

  /** When a snapshot was kept. */
  static Instant keptAt(KeptSnapshot snapshot) {
    return Instant.ofEpochMilli(snapshot.getKeptAtMillis());
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void write(FileChannel out, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      out.write(buffer);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException none) {
      throw new IllegalStateException("every Java platform has SHA-256", none);
    }
  }
}
