package io.sallyport.distribution.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Finds the process that listens somewhere on this machine, in Linux' {@code /proc}. */
final class ListenerOwner {
  private static final String LISTEN = "0A";
  private static final int LOCAL = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;

  private final Path proc;

  ListenerOwner(Path proc) {
    this.proc = proc;
  }

  /**
   * A process.
   *
   * @param pid its id
   * @param program its name
   */
  record Owner(long pid, String program) {
    String words() {
      return program + " (process " + pid + ")";
    }
  }

  /** Who listens there, at the address itself or at all; empty where that cannot be seen. */
  Optional<Owner> of(InetAddress address, int port) {
    Set<String> sockets = sockets(address, port);
    if (sockets.isEmpty()) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path process : processes) {
        if (holds(process, sockets)) {
          String program =
              new String(NodeFiles.bytes(process.resolve("comm")), StandardCharsets.UTF_8).strip();
          return Optional.of(new Owner(Long.parseLong(process.getFileName().toString()), program));
        }
      }
    } catch (IOException | NumberFormatException unseen) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  private Set<String> sockets(InetAddress address, int port) {
    Set<String> found = new HashSet<>();
    Set<String> wide = new HashSet<>();
    String wanted = String.format(Locale.ROOT, ":%04X", port);
    String exact = hex(address.getAddress()) + wanted;
    String mapped = "0000000000000000FFFF0000" + exact;
    for (String table : List.of("net/tcp", "net/tcp6")) {
      String text = new String(NodeFiles.bytes(proc.resolve(table)), StandardCharsets.US_ASCII);
      for (String line : text.lines().toList()) {
        List<String> words = List.of(line.strip().split("\\s+", -1));
        if (words.size() > INODE && words.get(STATE).equals(LISTEN)) {
          String local = words.get(LOCAL);
          String socket = "socket:[" + words.get(INODE) + "]";
          if (local.equals(exact) || local.equals(mapped)) {
            found.add(socket);
          } else if (local.matches("0+" + wanted)) {
            wide.add(socket);
          }
        }
      }
    }
    return found.isEmpty() ? wide : found;
  }

  /** As the kernel writes addresses: words in the machine's own order. */
  private static String hex(byte[] address) {
    StringBuilder text = new StringBuilder();
    ByteBuffer words = ByteBuffer.wrap(address).order(ByteOrder.nativeOrder());
    while (words.hasRemaining()) {
      text.append(String.format(Locale.ROOT, "%08X", words.getInt()));
    }
    return text.toString();
  }

  private static boolean holds(Path process, Set<String> sockets) {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        if (sockets.contains(Files.readSymbolicLink(descriptor).toString())) {
          return true;
        }
      }
    } catch (IOException goneOrForbidden) {
      return false;
    }
    return false;
  }
}
