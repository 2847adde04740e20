package io.sallyport.distribution.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The guide shows the examples as they are built. */
class WritingAPluginTest {
  private static final Path DOCS = Path.of("../docs");

  @Test
  void everySourceOfTheExamplesStandsInTheGuide() throws Exception {
    String guide = Files.readString(DOCS.resolve("writing-a-plugin.md"));
    Path examples = DOCS.resolve("examples");
    try (Stream<Path> files = Files.walk(examples)) {
      List<Path> sources = files.filter(file -> file.toString().endsWith(".java")).toList();
      assertThat(sources).hasSizeGreaterThan(4);
      for (Path source : sources) {
        assertThat(guide)
            .contains(
                "`"
                    + examples.relativize(source)
                    + "`\n\n```java\n"
                    + Files.readString(source)
                    + "```");
      }
    }
  }
}
