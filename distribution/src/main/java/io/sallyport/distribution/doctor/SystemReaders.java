package io.sallyport.distribution.doctor;

import io.sallyport.api.catalog.Addresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The readers of names that this machine itself has: libc's, and a JVM's. */
final class SystemReaders {
  static final String LIBC = "libc";
  static final String JVM = "jvm";

  /** What {@code getent} says by its exit code where there is no such name. */
  private static final int NO_SUCH_NAME = 2;

  private final Duration patience;
  private final ExecutorService threads;
  private final String getent;

  /**
   * Readers that have some time each.
   *
   * @param threads runs what cannot be interrupted
   * @param getent the program {@code getent}
   */
  SystemReaders(Duration patience, ExecutorService threads, String getent) {
    this.patience = patience;
    this.threads = threads;
    this.getent = getent;
  }

  /** What {@code getaddrinfo} answers a program, asked by {@code getent ahosts}. */
  Reading libc(String name) {
    Process process;
    try {
      process =
          new ProcessBuilder(getent, "ahosts", name)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException absent) {
      return Reading.unknown(LIBC, "getent is not on this machine");
    }
    try {
      process.getOutputStream().close();
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        return Reading.unknown(LIBC, "no answer within " + patience.toSeconds() + " s");
      }
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return switch (process.exitValue()) {
        case 0 -> Reading.found(LIBC, addresses(said), "");
        case NO_SUCH_NAME -> Reading.none(LIBC, "");
        default -> Reading.unknown(LIBC, "getent ends with " + process.exitValue());
      };
    } catch (IOException fault) {
      return Reading.unknown(LIBC, "getent cannot be heard: " + fault.getMessage());
    } catch (InterruptedException interruption) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      return Reading.unknown(LIBC, "interrupted");
    }
  }

  /** What a JVM answers its program. */
  Reading jvm(String name) {
    Future<Reading> answer = threads.submit(() -> ask(name));
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException slow) {
      answer.cancel(true);
      return Reading.unknown(JVM, "no answer within " + patience.toSeconds() + " s");
    } catch (ExecutionException fault) {
      return Reading.unknown(JVM, String.valueOf(fault.getCause()));
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
      return Reading.unknown(JVM, "interrupted");
    }
  }

  private static Reading ask(String name) {
    try {
      List<String> addresses = new ArrayList<>();
      for (InetAddress address : InetAddress.getAllByName(name)) {
        addresses.add(Addresses.text(address));
      }
      return Reading.found(JVM, addresses, "");
    } catch (UnknownHostException unknown) {
      String words = String.valueOf(unknown.getMessage());
      return words.contains("Temporary failure")
          ? Reading.none(JVM, "and no name server answers")
          : Reading.none(JVM, "");
    }
  }

  /** The first word of each line, each address once. */
  private static List<String> addresses(String said) {
    Set<String> addresses = new LinkedHashSet<>();
    for (String line : said.lines().toList()) {
      Optional<InetAddress> address =
          HostsFile.words(line).stream().findFirst().flatMap(Addresses::literal);
      address.map(Addresses::text).ifPresent(addresses::add);
    }
    return List.copyOf(addresses);
  }
}
