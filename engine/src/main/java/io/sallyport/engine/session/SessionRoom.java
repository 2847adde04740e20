package io.sallyport.engine.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many sessions the node has descriptors for. A session that was accepted and then finds no
 * descriptor to connect with would be lost; one that is not accepted waits in the kernel's backlog.
 *
 * @param descriptors the process's limit; 0 when it is not known or there is none
 * @param wanted sessions at once that the node's settings allow; 0 means no limit
 * @param pipes that bulk sessions may hold at once
 * @param probes health probes in flight at most
 */
public record SessionRoom(int descriptors, int wanted, int pipes, int probes) {
  private static final Pattern OPEN_FILES = Pattern.compile("Max open files\\s+(\\d+)\\s.*");

  /** Jars, logs, the catalog, name servers, netlink, the admin port, and some to spare. */
  private static final int OTHERS = 96;

  private static final int EACH = 2;

  /** A sixteenth of all descriptors is what pipes may have at most. */
  private static final int PIPES_SHARE = 16;

  /** Few as they may be, some sessions there are. */
  private static final int FEWEST = 8;

  /** Of this process, by what the kernel tells in /proc. */
  public static SessionRoom ofProcess(int wanted, int pipes, int probes) {
    return new SessionRoom(
        descriptors(Path.of("/proc/self/limits")).orElse(0), wanted, pipes, probes);
  }

  static OptionalInt descriptors(Path limits) {
    try {
      for (String line : Files.readAllLines(limits)) {
        Matcher matcher = OPEN_FILES.matcher(line);
        if (matcher.matches()) {
          return OptionalInt.of((int) Math.min(Integer.MAX_VALUE, number(matcher.group(1))));
        }
      }
    } catch (IOException elsewhere) {
      // There is no /proc here.
    }
    return OptionalInt.empty();
  }

  private static long number(String digits) {
    return digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits);
  }

  /** Pipes that there may be, given the descriptors. */
  public int mostPipes() {
    return descriptors == 0 ? pipes : Math.min(pipes, descriptors / PIPES_SHARE / EACH);
  }

  /**
   * Sessions that there may be at once; 0 means no limit.
   *
   * @param listeners that the node has
   */
  public int sessions(int listeners) {
    if (descriptors == 0) {
      return wanted;
    }
    long left = (long) descriptors - OTHERS - probes - listeners - (long) EACH * mostPipes();
    int room = (int) Math.max(FEWEST, left / EACH);
    return wanted == 0 ? room : Math.min(wanted, room);
  }
}
