package io.sallyport.control.security;

import io.sallyport.api.plugin.Ticker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Operators by bearer tokens. A file holds a line for each: the operator's name, the role, and the
 * SHA-256 of the token in hexadecimal digits, so that who reads the file has no token. Empty lines
 * and those that begin with {@code #} are passed over. The file is read again when it changes; one
 * that cannot be read, or has a line that is not understood, leaves nobody in that line's place and
 * is logged.
 *
 * <p>Any thread. A look at the file costs one stat, at most once a second.
 *
 * @since 0.1
 */
public final class Tokens {
  private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);
  private static final Pattern LINE =
      Pattern.compile("(\\S{1,253})\\s+(viewer|editor|admin)\\s+([0-9a-fA-F]{64})");
  private static final long LOOK_NANOS = 1_000_000_000;

  private final Optional<Path> file;
  private final Ticker ticker;
  private Map<String, Caller.Operator> operators = Map.of();
  private Optional<FileTime> read = Optional.empty();
  private long looked;
  private boolean everLooked;
  private boolean missing;

  /**
   * Makes tokens of a file.
   *
   * @param file empty: there are none
   */
  public Tokens(Optional<Path> file, Ticker ticker) {
    this.file = file;
    this.ticker = ticker;
  }

  /** Whom a token stands for; empty when nobody. */
  public synchronized Optional<Caller.Operator> operator(String token) {
    file.ifPresent(this::look);
    return Optional.ofNullable(operators.get(digest(token)));
  }

  /** What stands in the file for a token, in hexadecimal digits. */
  public static String digest(String token) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }

  private void look(Path path) {
    long now = ticker.nanos();
    if (everLooked && now - looked < LOOK_NANOS) {
      return;
    }
    looked = now;
    everLooked = true;
    try {
      FileTime time = Files.getLastModifiedTime(path);
      if (!read.equals(Optional.of(time))) {
        operators = operators(path, Files.readAllLines(path));
        read = Optional.of(time);
        missing = false;
      }
    } catch (IOException fault) {
      if (!missing) {
        LOG.atError()
            .addKeyValue("file", path)
            .addKeyValue("reason", fault)
            .log("the file of tokens cannot be read: nobody gets in by a token");
      }
      missing = true;
      operators = Map.of();
      read = Optional.empty();
    }
  }

  private static Map<String, Caller.Operator> operators(Path path, List<String> lines) {
    Map<String, Caller.Operator> operators = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      Matcher parts = LINE.matcher(line);
      if (parts.matches()) {
        operators.put(
            parts.group(3).toLowerCase(Locale.ROOT),
            new Caller.Operator(parts.group(1), Role.of(parts.group(2)).orElseThrow()));
      } else {
        LOG.atError()
            .addKeyValue("file", path)
            .addKeyValue("line", i + 1)
            .log("not a token's line: write NAME, viewer, editor or admin, and the SHA-256");
      }
    }
    return Map.copyOf(operators);
  }
}
