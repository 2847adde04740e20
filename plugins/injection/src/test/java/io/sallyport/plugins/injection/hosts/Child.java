package io.sallyport.plugins.injection.hosts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts {@link Publisher}s, plain or in a mount namespace of their own. */
final class Child {
  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

  private Child() {}

  /** How a child ended. */
  record End(int code, String output) {}

  static List<String> publisher(Path hosts, Path state, String how) {
    return List.of(
        JAVA.toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xshare:auto",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        Publisher.class.getName(),
        hosts.toString(),
        state.toString(),
        how);
  }

  static Process start(List<String> command) throws IOException {
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  static End run(List<String> command) throws IOException, InterruptedException {
    Process process = start(command);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new End(process.exitValue(), output.strip());
  }

  static String firstLine(Process process) throws IOException {
    BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
    return String.valueOf(reader.readLine());
  }

  /** A shell script, then the command, in a mount namespace that ends with it. */
  static List<String> mounted(String script, List<String> command) {
    List<String> all =
        new ArrayList<>(List.of("unshare", "-m", "sh", "-ec", script + "\nexec \"$@\"", "sh"));
    all.addAll(command);
    return all;
  }

  /** Skips the test where mounting is not allowed, except in CI, where nothing may be skipped. */
  static void needsMounts() throws IOException, InterruptedException {
    String complaint;
    try {
      End end = run(mounted("mount -t tmpfs none /mnt", List.of("true")));
      complaint = end.code() == 0 ? "" : end.output();
    } catch (IOException noSuchProgram) {
      complaint = String.valueOf(noSuchProgram.getMessage());
    }
    String message = "this test mounts, and needs root and util-linux: " + complaint;
    if ("true".equals(System.getenv("CI"))) {
      assertThat(complaint).as(message).isEmpty();
    }
    assumeTrue(complaint.isEmpty(), message);
  }
}
