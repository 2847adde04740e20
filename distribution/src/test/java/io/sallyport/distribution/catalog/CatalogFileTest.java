package io.sallyport.distribution.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.catalog.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file in parts: what is read anew, what is not, and that nobody can tell by the outcome. */
class CatalogFileTest {
  private static final Revision REVISION = new Revision(1, 1);

  /** With something of everything that the cut has to get past. */
  private static final String CATALOG =
      """
      # The cluster's services { not = "one" }
      defaults {
        timeouts { connect = 2s }   // every "one" of them
        tcp { keepalive-idle = 30s }
      }

      services {
        icr { # braces } in a comment
          names = [icr.io, "cp.icr.io"]
          address = 172.20.0.7
          ports = [443, { listen = 5000, target = 443 }]
          endpoints = ["10.0.0.1", { host = 10.0.0.2, zone = "z2" }]
        }
        "my.own" = { address = 172.20.0.8, ports = [80], endpoints = [10.0.0.3] }
        last : {
          address = 172.20.0.9
          ports = [443]
          endpoints = [{ host = "10.0.0.4" }]
        },
      }
      """;

  /** What separates, opens, closes or hides. */
  private static final List<String> ODD =
      List.of(
          ",", ",,", "\n,", ",\n", "{", "}", "{}", "[", "]", "\"", "#", "//", "\n", "=", "${",
          "\\");

  enum Damage {
    TAKEN_OUT,
    PUT_ELSEWHERE,
    DOUBLED,
    ADDED
  }

  @TempDir Path folder;

  private final CatalogReader reader = TestStrategies.reader();
  private Path path = Path.of("");
  private CatalogFile file = new CatalogFile(path, reader);

  @BeforeEach
  void makeFile() {
    path = folder.resolve("catalog.conf");
    file = new CatalogFile(path, reader);
  }

  @Test
  void isCutIntoItsServices() {
    CatalogParts parts = CatalogParts.of(CATALOG).orElseThrow();
    assertThat(parts.ids()).containsExactly("icr", "my.own", "last");
    assertThat(parts.text(1))
        .isEqualTo("\"my.own\" = { address = 172.20.0.8, ports = [80], endpoints = [10.0.0.3] }");
    assertThat(parts.rest()).contains("defaults {").endsWith("services {}\n").doesNotContain("icr");
  }

  @Test
  void onlyAServiceWhoseTextHasChangedIsReadAnew() throws Exception {
    List<Service> before = services(CATALOG);
    List<Service> after = services(CATALOG.replace("10.0.0.3", "10.0.0.33"));
    assertThat(after.get(0)).isSameAs(before.get(0));
    assertThat(after.get(1)).isNotEqualTo(before.get(1));
    assertThat(after.get(2)).isSameAs(before.get(2));
    assertThat(after.get(1).ports().getFirst().endpoints().getFirst().host())
        .isEqualTo("10.0.0.33");
  }

  @Test
  void otherDefaultsMakeOtherServices() throws Exception {
    List<Service> before = services(CATALOG);
    List<Service> after = services(CATALOG.replace("connect = 2s", "connect = 3s"));
    assertThat(after.getFirst()).isNotEqualTo(before.getFirst());
    assertThat(after.getFirst().ports().getFirst().timeouts().connect()).hasSeconds(3);
  }

  @Test
  void servicesComeAndGoAndChangePlaces() throws Exception {
    services(CATALOG);
    String more =
        CATALOG.replace(
            "  last : {",
            "  more { address = 172.20.0.10, ports = [1]\n"
                + "    endpoints = [10.0.0.5] }\n  last : {");
    assertThat(services(more))
        .extracting(Service::id)
        .containsExactly("icr", "my.own", "more", "last");
    assertThat(services(CATALOG)).extracting(Service::id).containsExactly("icr", "my.own", "last");
  }

  @Test
  void isCutAnewOnlyWhereItDiffers() {
    CatalogParts parts = CatalogParts.of(CATALOG).orElseThrow();
    String other = CATALOG.replace("10.0.0.3", "10.0.0.33");
    CatalogParts.Recut recut = parts.recut(other).orElseThrow();
    assertThat(recut.head()).isEqualTo(1);
    assertThat(recut.tail()).isEqualTo(1);
    assertThat(recut.parts().rest()).isEqualTo(parts.rest());
    assertThat(recut.parts().text(1)).contains("10.0.0.33").endsWith("}");
    assertThat(recut.parts().text(2)).isEqualTo(parts.text(2));
    CatalogParts.Recut back = recut.parts().recut(CATALOG).orElseThrow();
    assertThat(back.parts().text(1)).isEqualTo(parts.text(1));
    assertThat(back.parts().text(2)).isEqualTo(parts.text(2));
  }

  @Test
  void lastServiceIsCutAnewAloneWhetherItChangesOrIsAdded() {
    CatalogParts parts = CatalogParts.of(CATALOG).orElseThrow();
    CatalogParts.Recut changed =
        parts.recut(CATALOG.replace("10.0.0.4", "10.0.0.44")).orElseThrow();
    assertThat(changed.head()).isEqualTo(2);
    assertThat(changed.tail()).isZero();
    assertThat(changed.parts().text(2)).contains("10.0.0.44");
    CatalogParts.Recut added =
        parts
            .recut(CATALOG.replace("  },\n}", "  },\n  more { address = 172.20.0.10 }\n}"))
            .orElseThrow();
    assertThat(added.head()).isEqualTo(2);
    assertThat(added.tail()).isZero();
    assertThat(added.parts().ids()).containsExactly("icr", "my.own", "last", "more");
    assertThat(added.parts().text(3)).isEqualTo("more { address = 172.20.0.10 }");
  }

  @Test
  void changeThatBreaksARuleIsToldAndLaterOnesAreJudgedAsEver() throws Exception {
    services(CATALOG);
    // Each of them against a service that the change does not touch.
    same(CATALOG.replace("172.20.0.8, ports = [80]", "172.20.0.9, ports = [443]"));
    same(CATALOG.replace("endpoints = [10.0.0.3]", "endpoints = [cp.icr.io]"));
    same(CATALOG.replace("[10.0.0.3]", "[{ host = 172.20.0.7, port = 5000 }]"));
    same(CATALOG.replace("\"my.own\" = {", "\"my.own\" = { names = [icr.io],"));
    same(CATALOG.replace("\"my.own\" = {", "icr = {"));
    services(CATALOG.replace("172.20.0.8, ports = [80]", "172.20.0.9, ports = [80]"));
    same(CATALOG.replace("last : {", "last : { names = [icr.io]"));
    assertThat(services(CATALOG)).hasSize(3);
  }

  @Test
  void itsTextStandsForItselfOnlyWhereItDoes() throws Exception {
    services(CATALOG);
    assertThat(file.text()).contains(CATALOG);
    Files.writeString(folder.resolve("more.conf"), "defaults {}\n");
    services("include \"more.conf\"\n" + CATALOG);
    assertThat(file.text()).isEmpty();
  }

  @Test
  void whatWasRefusedLeavesNothingBehind() throws Exception {
    List<Service> before = services(CATALOG);
    same(CATALOG.replace("172.20.0.8", "172.20.0.8x"));
    same(CATALOG.replace("172.20.0.9", "172.20.0.7"));
    assertThat(services(CATALOG)).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "services { a { address = 172.20.0.7, ports = [1], endpoints = [10.0.0.1] } }\n"
            + "services.a.ports = [2]",
        "services.a { address = 172.20.0.7, ports = [1], endpoints = [10.0.0.1] }\nservices {}",
        "defaults =\nservices { a { address = 172.20.0.7, ports = [1], endpoints = [10.0.0.1] } }",
        "port = 7\nservices { a { address = 172.20.0.7, ports = [${port}], endpoints = [b] } }",
        "defaults { x = ${services.a.ports} }\nservices { a { ports = [7] } }",
        "services { a { address = 172.20.0.7, ports = [1], endpoints = [10.0.0.1] } { ports = [2]"
            + " }\n"
            + "}",
        "services { a { address = 172.20.0.7, ports = [1], endpoints = [10.0.0.1] } {}\n}",
        "services { a { address = 172.20.0.7\n include \"x\"\n ports = [1], endpoints = [b] } }",
        "services { a { ports = [1], ports = [2], address = 172.20.0.7, endpoints = [10.0.0.1] } }",
        "services { b { address = 172.20.0.7, ports = [1], endpoints = [10.0.0.1] }, a { address ="
            + " 172.20.0.8, ports = [1], endpoints = [10.0.0.1] } }",
        "services { a { address = \"\"\"172.20.0.7\"\"\", ports = [1], endpoints = [10.0.0.1] } }",
        "services { a.b { address = 172.20.0.7, ports = [1], endpoints = [10.0.0.1] } }",
        "services { a { address = 172.20.0.7, ports = [1], endpoints = [10.0.0.1] }\na = null }",
        "services { a { address = 172.20.0.7, ports = [1], endpoints = [10.0.0.1] }\n} }",
        "services { a { address = 172.20.0.7, ports = [1, endpoints = [10.0.0.1] } }",
        "{ services { a { address = 172.20.0.7, ports = [1], endpoints = [10.0.0.1] } } }",
        "services { a { address = 172.20.0.7, ports = [1], endpoints = [10.0.0.1] } } x",
        "services { a { address = \"172.20.0.7\\\", ports = [1], endpoints = [10.0.0.1] }\n}",
        "services { a { address = \"172.20.0.7}\", ports = [1], endpoints = [10.0.0.1] }\n}",
        "services { , a { address = 172.20.0.7, ports = [1], endpoints = [10.0.0.1] } }",
        "services { a { address = 172.20.0.7, ports = [1], endpoints = [10.0.0.1] },,\n"
            + " b { address = 172.20.0.8, ports = [1], endpoints = [10.0.0.1] } }",
        "services { a { address = 172.20.0.7, ports = [1], endpoints = [10.0.0.1] }\n,\n"
            + " b { address = 172.20.0.8, ports = [1], endpoints = [10.0.0.1] } }",
        "services { a { address = 172.20.0.7, ports = [1], endpoints = [10.0.0.1] },\n# and\n, }",
        "services { , }",
        "services {}",
        "services { a {} }",
        "services",
        "",
      })
  void oddTextsMeanWhatTheReaderSays(String text) throws Exception {
    same(text);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("io.sallyport.distribution.catalog.BadCatalogsTest#names")
  void badCatalogsAreToldAsEver(String name) throws Exception {
    Path bad = Path.of(getClass().getResource("/catalogs/bad/" + name + ".conf").toURI());
    assertThat(new CatalogFile(bad, reader).read(REVISION)).isEqualTo(reader.read(bad, REVISION));
  }

  /**
   * A few characters taken out, put elsewhere, doubled or added: whatever comes of it is the same.
   */
  @Property(tries = 3_000)
  void damagedTextsMeanWhatTheReaderSays(
      @ForAll @IntRange(max = 10_000) int from,
      @ForAll @IntRange(max = 30) int length,
      @ForAll @IntRange(max = 10_000) int to,
      @ForAll Damage damage)
      throws Exception {
    int start = from % CATALOG.length();
    String piece = CATALOG.substring(start, Math.min(CATALOG.length(), start + length));
    String without = CATALOG.substring(0, start) + CATALOG.substring(start + piece.length());
    String odd = ODD.get(length % ODD.size());
    String damaged =
        switch (damage) {
          case TAKEN_OUT -> without;
          case PUT_ELSEWHERE -> with(without, to, piece);
          case DOUBLED -> with(CATALOG, to, piece);
          case ADDED -> with(CATALOG, to, odd);
        };
    Path kept = Files.createTempFile("catalog", ".conf");
    try {
      CatalogFile followed = new CatalogFile(kept, reader);
      Files.writeString(kept, CATALOG);
      assertThat(followed.read(REVISION)).isInstanceOf(CatalogResult.Read.class);
      Files.writeString(kept, damaged);
      CatalogResult meant = reader.read(kept, REVISION);
      assertThat(followed.read(REVISION)).isEqualTo(meant);
      assertThat(new CatalogFile(kept, reader).read(REVISION)).isEqualTo(meant);
    } finally {
      Files.delete(kept);
    }
  }

  private static String with(String text, int to, String piece) {
    int at = to % (text.length() + 1);
    return text.substring(0, at) + piece + text.substring(at);
  }

  /** One change after the other in a larger catalog, some of them bad: nobody can tell. */
  @Property(tries = 100)
  void manyChangesMeanWhatTheReaderSays(@ForAll @Size(min = 3, max = 12) List<Long> seeds)
      throws Exception {
    Path kept = Files.createTempFile("catalog", ".conf");
    try {
      CatalogFile followed = new CatalogFile(kept, reader);
      List<String> services = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        services.add(service(i, i, i));
      }
      for (long seed : seeds) {
        Random random = new Random(seed);
        int at = random.nextInt(services.size());
        String other = service(random.nextInt(10), random.nextInt(10), random.nextInt(10));
        switch (random.nextInt(5)) {
          case 0 -> services.add(at, other);
          case 1 -> services.remove(at);
          case 2 -> services.add(services.remove(at));
          default -> services.set(at, other);
        }
        Files.writeString(kept, "services {\n" + String.join("", services) + "}\n");
        assertThat(followed.read(REVISION)).isEqualTo(reader.read(kept, REVISION));
      }
    } finally {
      Files.delete(kept);
    }
  }

  private static String service(int id, int address, int name) {
    String endpoint = id == 7 ? "n" + address + ".example" : "172.20.0." + name + ":443";
    return "  s%d { names = [n%d.example], address = 172.20.0.%d%n    ports = [443], endpoints = [\"%s\"] }%n"
        .formatted(id, name, address + 10, endpoint);
  }

  private void same(String text) throws IOException {
    Files.writeString(path, text);
    assertThat(file.read(REVISION)).isEqualTo(reader.read(path, REVISION));
  }

  private List<Service> services(String text) throws IOException {
    Files.writeString(path, text);
    CatalogResult result = file.read(REVISION);
    assertThat(result).isInstanceOf(CatalogResult.Read.class);
    Catalog catalog = ((CatalogResult.Read) result).catalog();
    assertThat(catalog).isEqualTo(((CatalogResult.Read) reader.read(path, REVISION)).catalog());
    return catalog.services();
  }
}
