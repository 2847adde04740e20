package io.sallyport.distribution.fleet;

import io.sallyport.distribution.acceptance.Command;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Where a program runs: in this machine's network, or in a namespace of a closed one. */
@FunctionalInterface
interface Place {
  /** A command line that runs a program there, and becomes that very process. */
  List<String> inside(List<String> command);

  /** Where this process is. */
  static Place here() {
    return command -> command;
  }

  /** The launcher of the distribution that the build has just made. */
  static Path launcher() {
    return Path.of(System.getProperty("sallyport.home"), "bin", "sallyport");
  }

  /** Runs the launcher there to its end. */
  default Command sallyport(String... arguments) {
    List<String> command = new ArrayList<>(List.of(launcher().toString()));
    command.addAll(List.of(arguments));
    return Command.attempt(inside(command), Duration.ofMinutes(3));
  }

  /** Whether a page is there, with a good status. */
  default boolean answers(String url) {
    return Command.attempt(inside(List.of("curl", "--silent", "--fail", "--max-time", "10", url)))
            .code()
        == 0;
  }
}
