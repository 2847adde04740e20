package io.sallyport.plugins.injection.loopback;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The life of the kernel's state that a record speaks of: addresses and virtual links go with a
 * reboot, and every network namespace has its own.
 *
 * @param boot the kernel's random number of this boot
 * @param namespace the network namespace, such as {@code net:[4026531840]}
 */
record NodeIdentity(String boot, String namespace) {
  private static final String UNKNOWN = "unknown";

  /**
   * Reads it.
   *
   * @param proc where proc(5) is mounted
   */
  static NodeIdentity read(Path proc) {
    return new NodeIdentity(boot(proc), namespace(proc));
  }

  private static String boot(Path proc) {
    try {
      String boot = Files.readString(proc.resolve("sys/kernel/random/boot_id")).strip();
      return boot.isEmpty() ? UNKNOWN : boot;
    } catch (IOException e) {
      return UNKNOWN;
    }
  }

  private static String namespace(Path proc) {
    try {
      return Files.readSymbolicLink(proc.resolve("self/ns/net")).toString();
    } catch (IOException | UnsupportedOperationException e) {
      return UNKNOWN;
    }
  }
}
