package io.sallyport.distribution.acceptance;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a {@link Lab} needs of the machine. */
public final class LabRequirements {
  private static final List<String> PROGRAMS =
      List.of("ip", "dnsmasq", "docker-registry", "skopeo", "containerd", "ctr", "getent");

  private LabRequirements() {}

  /** Skips the test where something is missing, and fails it there in CI, saying what. */
  public static void check() {
    insist("the closed network cannot be set up: ", missing());
  }

  /** The same for programs alone, where neither root nor a namespace is needed. */
  public static void check(String... programs) {
    List<String> missing = new ArrayList<>();
    for (String program : programs) {
      if (!isInstalled(program)) {
        missing.add(program + " is not installed (.ci/install-peers does that)");
      }
    }
    insist("", missing);
  }

  private static void insist(String what, List<String> missing) {
    if (missing.isEmpty()) {
      return;
    }
    String message = what + String.join("; ", missing);
    if ("true".equals(System.getenv("CI"))) {
      throw new AssertionError(message);
    }
    System.out.println("SKIPPED: " + message);
    abort(message);
  }

  private static List<String> missing() {
    List<String> missing = new ArrayList<>();
    try {
      if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
        missing.add("this is not root");
      }
    } catch (IOException | UnsupportedOperationException notLinux) {
      missing.add("this is not Linux");
    }
    for (String program : PROGRAMS) {
      if (!isInstalled(program)) {
        missing.add(program + " is not installed (.ci/install-peers does that)");
      }
    }
    if (missing.isEmpty()) {
      String name = "sallyport-try-" + Long.toString(ProcessHandle.current().pid(), 36);
      try (Namespace namespace = Namespace.open(name)) {
        namespace.ip("link", "add", "bridge", "type", "bridge");
        namespace.ip("link", "add", "here", "type", "veth", "peer", "name", "there");
      } catch (RuntimeException refused) {
        missing.add("network namespaces do not work here: " + refused.getMessage().strip());
      }
    }
    return missing;
  }

  private static boolean isInstalled(String program) {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }
}
