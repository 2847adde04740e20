package io.sallyport.engine.health;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** What this process holds open, read from {@code /proc}. */
final class Descriptors {
  private Descriptors() {}

  static long open() {
    try (Stream<Path> list = Files.list(Path.of("/proc/self/fd"))) {
      return list.count();
    } catch (IOException fault) {
      throw new java.io.UncheckedIOException(fault);
    }
  }

  static void awaitAtMost(long most) {
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> open() <= most);
  }

  /** Connections to a port of this machine that wait out their time. */
  static long timeWait(int port) throws IOException {
    String remote = String.format(Locale.ROOT, ":%04X 06 ", port);
    long count = 0;
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      try (Stream<String> lines = Files.lines(Path.of(table))) {
        count += lines.filter(line -> line.contains(remote)).count();
      }
    }
    return count;
  }
}
