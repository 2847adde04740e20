package io.sallyport.distribution.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.Revision;
import io.sallyport.distribution.catalog.CatalogReader;
import io.sallyport.distribution.catalog.CatalogResult;
import io.sallyport.distribution.catalog.CatalogWriter;
import io.sallyport.distribution.catalog.ShippedChecks;
import io.sallyport.distribution.catalog.TestStrategies;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each file {@code haproxy/NAME.cfg} is a configuration that HAProxy accepts; {@code NAME.conf}
 * beside it is the catalog that is to come of it, {@code NAME.notes} what is to be said of its
 * lines.
 */
class HaproxyConfigurationsTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("BIND_ADDRESS", "127.20.0.99", "BIND_PORT", "8443", "SERVER_2", "10.7.0.2");

  private final CatalogReader reader =
      new CatalogReader(TestStrategies.balancersForImports(), ShippedChecks.all());
  private final CatalogWriter writer =
      new CatalogWriter(TestStrategies.balancersForImports(), ShippedChecks.all());
  private final HaproxyImporter importer =
      new HaproxyImporter(reader.defaults(), name -> Optional.ofNullable(ENVIRONMENT.get(name)));

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void becomesThisCatalogWithTheseNotes(String name) throws Exception {
    Path file = folder().resolve(name + ".cfg");

    ImportResult result = importer.read(file, Optional.empty());

    assertThat(result).isInstanceOf(ImportResult.Imported.class);
    Catalog catalog = ((ImportResult.Imported) result).catalog();
    assertThat(lines(result.notes()))
        .isEqualTo(Files.readString(folder().resolve(name + ".notes")));
    String text = writer.text(catalog, List.of());
    assertThat(text).isEqualTo(Files.readString(folder().resolve(name + ".conf")));
    assertThat(reader.read("imported", text, Revision.NONE))
        .isInstanceOfSatisfying(
            CatalogResult.Read.class,
            read -> assertThat(read.catalog().services()).isEqualTo(catalog.services()));
  }

  static Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".cfg"))
          .map(file -> file.substring(0, file.length() - ".cfg".length()))
          .sorted()
          .toList()
          .stream();
    }
  }

  private static String lines(List<Note> notes) {
    StringBuilder lines = new StringBuilder();
    notes.forEach(note -> lines.append(note.line().replace(folder() + "/", "")).append('\n'));
    return lines.toString();
  }

  private static Path folder() {
    return Path.of(
            URI.create(
                String.valueOf(
                    HaproxyConfigurationsTest.class.getResource("/haproxy/database.cfg"))))
        .resolveSibling("");
  }
}
