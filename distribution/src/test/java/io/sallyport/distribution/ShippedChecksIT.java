package io.sallyport.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The health checks as modules of the real distribution, libraries and all. */
class ShippedChecksIT {
  private final Installation installation = Installation.built();

  @Test
  void everyKindOfCheckIsImportedWrittenAndReadAgain(@TempDir Path directory) throws Exception {
    Path haproxy =
        Path.of(
            URI.create(
                Objects.requireNonNull(getClass().getResource("/haproxy/checks.cfg")).toString()));
    Path catalog = directory.resolve("catalog.conf");

    var imported =
        installation.run("import", "haproxy", haproxy.toString(), "--output", catalog.toString());

    assertThat(imported.exitCode()).as(imported.errors()).isZero();
    String text = Files.readString(catalog);
    for (String type : List.of("tls", "http", "https", "script", "agent", "command")) {
      assertThat(text).contains("type = " + type + ",");
    }
    var validated = installation.run("catalog", "validate", catalog.toString());
    assertThat(validated.errors()).isEmpty();
    assertThat(validated.output()).startsWith("valid: ");
    assertThat(validated.exitCode()).isZero();
  }
}
