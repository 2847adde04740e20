package io.sallyport.distribution.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A network namespace with a loopback of its own and files of its own in place of the machine's:
 * what lies in {@code /etc/netns/NAME} is bind-mounted over {@code /etc} for each program started
 * in it. Its end is the end of its interfaces, addresses and routes.
 */
public final class Namespace implements AutoCloseable {
  private final String name;
  private final Path etc;

  private Namespace(String name) {
    this.name = name;
    this.etc = Path.of("/etc/netns", name);
  }

  /** Makes it, its loopback up. */
  public static Namespace open(String name) {
    Command.run("ip", "netns", "add", name);
    Namespace made = new Namespace(name);
    try {
      Files.createDirectories(made.etc);
      made.ip("link", "set", "lo", "up");
      return made;
    } catch (IOException fault) {
      made.close();
      throw new UncheckedIOException(fault);
    } catch (RuntimeException fault) {
      made.close();
      throw fault;
    }
  }

  public String name() {
    return name;
  }

  /** Runs {@code ip} on the namespace. */
  public String ip(String... arguments) {
    List<String> command = new ArrayList<>(List.of("ip", "-n", name));
    command.addAll(Arrays.asList(arguments));
    return Command.run(command);
  }

  /** A command line that runs a program in the namespace; it becomes that very process. */
  public List<String> inside(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", name));
    command.addAll(arguments);
    return command;
  }

  /** Runs a program in the namespace to its end. */
  public Command attempt(String... arguments) {
    return Command.attempt(inside(List.of(arguments)));
  }

  /** Runs a program in the namespace to its end and insists on success. */
  public String run(String... arguments) {
    return Command.run(inside(List.of(arguments)));
  }

  /** The file that stands in for {@code /etc/NAME} within the namespace. */
  public Path etc(String file) {
    return etc.resolve(file);
  }

  /** The hardware address of an interface. */
  public String hardwareAddress(String link) {
    String shown = ip("-o", "link", "show", link);
    String after = shown.substring(shown.indexOf("link/ether ") + "link/ether ".length());
    return after.substring(0, after.indexOf(' '));
  }

  /** Removes it. Programs inside must have ended, or it lives on without a name. */
  @Override
  public void close() {
    Command.attempt(List.of("ip", "netns", "del", name));
    try {
      if (Files.exists(etc)) {
        try (Stream<Path> files = Files.list(etc)) {
          for (Path file : files.toList()) {
            Files.delete(file);
          }
        }
        Files.delete(etc);
      }
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }
}
