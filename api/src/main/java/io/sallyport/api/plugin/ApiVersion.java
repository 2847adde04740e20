package io.sallyport.api.plugin;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of the contracts that plugins are written against. A plugin's jar says in its
 * manifest which one it was built for: {@code Sallyport-Api: 0.1}.
 *
 * <p>The minor number grows when something is added, the major one when something changes or goes.
 * So a plugin runs where the major number is the same and the minor one at least its own.
 *
 * @param major changes with what may break a plugin
 * @param minor grows with what only adds
 * @since 0.1
 */
public record ApiVersion(int major, int minor) {
  /** This module's. */
  public static final ApiVersion CURRENT = new ApiVersion(0, 1);

  /** The attribute of a jar's manifest. */
  public static final String ATTRIBUTE = "Sallyport-Api";

  private static final Pattern TEXT = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})");

  /** Reads a version such as {@code 0.1}; empty for anything else. */
  public static Optional<ApiVersion> of(String text) {
    Matcher parts = TEXT.matcher(text.strip());
    return parts.matches()
        ? Optional.of(
            new ApiVersion(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2))))
        : Optional.empty();
  }

  /** Whether a plugin that was built for another version runs with this one. */
  public boolean runs(ApiVersion builtFor) {
    return major == builtFor.major && minor >= builtFor.minor;
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
