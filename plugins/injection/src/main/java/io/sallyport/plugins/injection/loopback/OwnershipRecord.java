package io.sallyport.plugins.injection.loopback;

import io.sallyport.api.catalog.Addresses;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The file that remembers what is ours over restarts and kills.
 *
 * <p>It is written, and safe on the disk, before the kernel is asked for anything, so it may name
 * more than is there and never less. It is replaced whole, by renaming; a reader sees the old one
 * or the new one. One that speaks of another boot or another network namespace means nothing.
 *
 * <p>A text of lines: {@code boot B}, {@code namespace N}, then {@code link NAME HARDWARE} and
 * {@code address LINK ADDRESS} for each.
 *
 * <p>Injection thread only.
 */
final class OwnershipRecord {
  private static final String TITLE =
      "# What this agent added to the node's links; it removes nothing else. Do not edit.";

  private final Path file;
  private final NodeIdentity identity;

  /** What the file says. */
  sealed interface Recorded {
    /** What is ours. */
    record Known(Ownership ownership) implements Recorded {}

    /**
     * The file cannot be read or understood.
     *
     * @param complaint why, in a sentence that names the file
     */
    record Unknown(String complaint) implements Recorded {}
  }

  /**
   * Makes a record; the file need not exist.
   *
   * @param identity what an earlier record must speak of to count
   */
  OwnershipRecord(Path file, NodeIdentity identity) {
    this.file = file;
    this.identity = identity;
  }

  /** The file, for messages. */
  Path file() {
    return file;
  }

  /** Reads what is ours. */
  Recorded read() {
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException none) {
      return new Recorded.Known(Ownership.NONE);
    } catch (IOException e) {
      return new Recorded.Unknown("cannot read " + file + ": " + reason(e));
    }
    Map<String, String> links = new HashMap<>();
    Set<Placement> addresses = new HashSet<>();
    String boot = "";
    String namespace = "";
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("#")) {
        continue;
      }
      String[] words = line.split(" ", -1);
      Optional<InetAddress> address =
          words.length == 3 ? Addresses.literal(words[2]) : Optional.empty();
      if (words[0].equals("boot") && words.length == 2) {
        boot = words[1];
      } else if (words[0].equals("namespace") && words.length == 2) {
        namespace = words[1];
      } else if (words[0].equals("link") && words.length == 3) {
        links.put(words[1], words[2]);
      } else if (words[0].equals("address") && address.isPresent()) {
        addresses.add(new Placement(words[1], LocalAddresses.canonical(address.get())));
      } else {
        return new Recorded.Unknown(
            file + ":" + (i + 1) + ": \"" + line + "\" is not a line of this agent's record");
      }
    }
    boolean current = identity.equals(new NodeIdentity(boot, namespace));
    return new Recorded.Known(current ? new Ownership(links, addresses) : Ownership.NONE);
  }

  /**
   * Replaces the record, and returns once it is safe on the disk.
   *
   * @throws IOException when it is not; the old one is still there then
   */
  void write(Ownership ownership) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            draft,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text(ownership).getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent())) {
      directory.force(true);
    }
  }

  /** Puts a record that cannot be understood aside, so that a person can still read it. */
  void setAside() throws IOException {
    Path aside = file.resolveSibling(file.getFileName() + ".damaged");
    Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
  }

  /** An I/O failure in words; file exceptions alone say no more than the path. */
  static String reason(IOException e) {
    String kind = e.getClass().getSimpleName();
    return e.getMessage() == null ? kind : kind + ": " + e.getMessage();
  }

  private String text(Ownership ownership) {
    StringBuilder text = new StringBuilder(TITLE).append('\n');
    text.append("boot ").append(identity.boot()).append('\n');
    text.append("namespace ").append(identity.namespace()).append('\n');
    ownership.links().entrySet().stream()
        .map(link -> "link " + link.getKey() + " " + link.getValue() + "\n")
        .sorted()
        .forEach(text::append);
    ownership.addresses().stream()
        .map(place -> "address " + place.link() + " " + Addresses.text(place.address()) + "\n")
        .sorted()
        .forEach(text::append);
    return text.toString();
  }
}
