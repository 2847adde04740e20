package io.sallyport.plugins.injection.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs Java programs of the tests in network namespaces of their own. */
public final class Namespaces {
  private static final long PATIENCE_SECONDS = 120;

  private Namespaces() {}

  /** Skips the test where namespaces cannot be made; fails it where they must be. */
  public static void required() throws IOException, InterruptedException {
    Output unshare = run(List.of("unshare", "--net", "ip", "link", "show", "lo"));
    if (unshare.code() == 0) {
      return;
    }
    String why =
        "network namespaces need root, unshare and iproute2 (run the tests as root): "
            + unshare.text().strip();
    if ("true".equals(System.getenv("CI"))) {
      fail(why);
    }
    assumeTrue(false, why);
  }

  /** Runs a scenario in a fresh namespace and fails with its output when it fails. */
  static String scenario(String name, Path directory) throws IOException, InterruptedException {
    return scenario(LoopbackScenarios.class, "", name, directory.toString());
  }

  /**
   * Runs a program in fresh namespaces of network and mounts, and fails with its output when it
   * fails.
   *
   * @param before a shell's command that goes first in there, such as a mount; empty for none
   */
  public static String scenario(Class<?> main, String before, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("unshare", "--net", "--mount", "sh", "-c"));
    String first = "ip link set lo up" + (before.isEmpty() ? "" : " && " + before);
    command.addAll(List.of(first + " && exec \"$@\"", "sh"));
    command.addAll(java(main, arguments));
    Output output = run(command);
    assertThat(output.code()).as(output.text()).isZero();
    return output.text();
  }

  /** The command that starts a main class with this process's class path. */
  static List<String> java(Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("--enable-native-access=ALL-UNNAMED");
    // Coverage, when it is measured, counts what happens here too.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("-javaagent:"))
        .forEach(command::add);
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    command.addAll(List.of("-cp", classPath, main.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Runs a command to its end. */
  static Output run(List<String> command) throws IOException, InterruptedException {
    Path log = Files.createTempFile("sallyport", ".out");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        return new Output(-1, "killed after " + PATIENCE_SECONDS + " s\n" + text(log));
      }
      return new Output(process.exitValue(), text(log));
    } catch (IOException e) {
      return new Output(-1, e.toString());
    } finally {
      Files.delete(log);
    }
  }

  private static String text(Path log) throws IOException {
    return Files.readString(log, StandardCharsets.UTF_8);
  }

  /** How a command ended, and what it wrote. */
  record Output(int code, String text) {}
}
