package io.sallyport.distribution.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.engine.Strategies;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class DemoCommandTest {
  private final StringWriter errors = new StringWriter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "9s | --for 9s is too short for all that is shown; choose from 10s to 1h",
        "61m | --for 61m is too long; choose from 10s to 1h",
        "30 | --for 30 is no duration; write 30s or 2m",
        "soon | --for soon is no duration; write 30s or 2m"
      })
  void timeThatCannotBeIsBadUsage(String time, String message) {
    assertThat(run("--for", time)).isEqualTo(2);
    assertThat(errors.toString()).startsWith(message);
  }

  @Test
  void missingPluginEndsTheDemoBeforeItBegins() {
    assertThat(run("--for", "10s", "--plain")).isEqualTo(1);
    assertThat(errors.toString()).contains("the plugin with the injector hosts-file is missing");
  }

  private int run(String... arguments) {
    DemoCommand command =
        new DemoCommand(
            () -> new Strategies(Map.of(), Map.of(), Map.of()),
            InstantSource.system(),
            System::nanoTime,
            new Random(1));
    return new CommandLine(command)
        .setOut(new PrintWriter(new StringWriter()))
        .setErr(new PrintWriter(errors, true))
        .execute(arguments);
  }
}
