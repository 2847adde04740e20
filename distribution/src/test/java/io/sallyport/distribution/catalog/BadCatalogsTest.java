package io.sallyport.distribution.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.Revision;
import io.sallyport.api.config.Problem;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each file {@code catalogs/bad/NAME.conf} is a catalog with something wrong, and {@code
 * NAME.expected} beside it holds every line that its author is to be told.
 */
class BadCatalogsTest {
  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void isRefusedWithTheseLines(String name) throws Exception {
    Path file = folder().resolve(name + ".conf");

    CatalogResult result = TestStrategies.reader().read(file, Revision.NONE);

    assertThat(result).isInstanceOf(CatalogResult.Refused.class);
    String told = told(((CatalogResult.Refused) result).problems());
    assertThat(told).isEqualTo(Files.readString(folder().resolve(name + ".expected")));
  }

  @Test
  void thereAreManyKinds() throws Exception {
    assertThat(names()).hasSizeGreaterThan(100);
  }

  private static String told(List<Problem> problems) {
    StringBuilder told = new StringBuilder();
    for (Problem problem : problems) {
      told.append(problem.text().replace(folder() + "/", "")).append('\n');
    }
    return told.toString();
  }

  static Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".conf"))
          .map(file -> file.substring(0, file.length() - ".conf".length()))
          .sorted()
          .toList()
          .stream();
    }
  }

  private static Path folder() {
    return Path.of(
            URI.create(
                String.valueOf(BadCatalogsTest.class.getResource("/catalogs/bad/empty-file.conf"))))
        .resolveSibling("");
  }
}
