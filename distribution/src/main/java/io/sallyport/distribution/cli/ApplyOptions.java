package io.sallyport.distribution.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options of commands that change the catalog.
 *
 * @since 0.1
 */
public final class ApplyOptions {
  @Option(names = "--dry-run", description = "show what would change, and change nothing")
  private boolean dryRun;

  @Option(
      names = "--expect",
      paramLabel = "REVISION",
      description = "refuse unless this is the newest revision")
  private @Nullable String expected;

  @Option(names = "--comment", paramLabel = "TEXT", description = "why, for the history")
  private String comment = "";

  @Option(
      names = "--confirm-removals",
      description = "the removals are meant, however many: agents take them")
  private boolean removalsConfirmed;

  @Option(names = "--yes", description = "do not ask")
  private boolean yes;

  /** For picocli. */
  public ApplyOptions() {}

  /** What they say. */
  ApplyWishes wishes(Path file, boolean partial) {
    return new ApplyWishes(
        file, partial, dryRun, Optional.ofNullable(expected), comment, removalsConfirmed, yes);
  }
}
