package io.sallyport.distribution.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.config.Problem;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Catalogs as files: what cannot be opened, what is legal but hardly meant, and large ones. */
class CatalogFilesTest {
  private static final int SERVICES = 10_000;

  private final CatalogReader reader = TestStrategies.reader();

  @Test
  void whatIsNoReadableFileIsRefusedWithTheReason(@TempDir Path folder) throws Exception {
    Path latin =
        Files.write(folder.resolve("latin.conf"), new byte[] {'#', '\n', '#', (byte) 0xe9});
    Path cut = Files.write(folder.resolve("cut.conf"), new byte[] {'#', (byte) 0xe2, (byte) 0x82});

    assertThat(refused(folder.resolve("none.conf")))
        .containsExactly(folder + "/none.conf: does not exist; check the path");
    assertThat(refused(folder))
        .containsExactly(folder + ": is a directory, not a file; name the file in it");
    assertThat(refused(latin))
        .containsExactly(
            latin + ":2: is not UTF-8: the byte 0xE9 fits nothing; save the file as UTF-8");
    assertThat(refused(cut))
        .containsExactly(
            cut + ":1: is not UTF-8: the byte 0xE2 fits nothing; save the file as UTF-8");
    assertThat(refused(Path.of("/dev/null")))
        .containsExactly("/dev/null: is not a regular file; copy its content into one");
    assertThat(refused(latin.resolve("below")))
        .containsExactly(latin + "/below: does not exist; check the path");
  }

  @Test
  void whatIsLegalButHardlyMeantIsToldAsAWarning(@TempDir Path folder) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("catalog.conf"),
            """
            include "site"
            services {
              a {
                address = 127.20.0.1
                address = 127.20.0.2
                ports = [{ listen = 1, endpoints = [z1.example] }]
                endpoints = [z2.example]
                timeouts.idle = 5s
                timeouts { idle = 7s }
              }
            }
            """);

    CatalogResult result = reader.read(file, Revision.NONE);

    assertThat(result).isInstanceOf(CatalogResult.Read.class);
    assertThat(lines(((CatalogResult.Read) result).warnings()))
        .containsExactly(
            file
                + ":1: warning: include \"site\" finds no file "
                + folder
                + "/site; write include required(…) where it must be there",
            file
                + ":5: warning: services.a.address: stands twice, in line 4 too, and the later one"
                + " wins; remove one of them",
            file
                + ":7: warning: services.a.endpoints: is used by no port, for each has endpoints of"
                + " its own; remove it");
  }

  @Test
  void aLaterFileMayOverrideWhatAnEarlierOneDeclares(@TempDir Path folder) throws Exception {
    Files.writeString(
        folder.resolve("base.conf"),
        "services.a { address = 127.20.0.1, ports = [1], endpoints = [z1.example] }");
    Path file =
        Files.writeString(
            folder.resolve("catalog.conf"),
            """
            include required(file("base.conf"))
            services.a { address = 127.20.0.9 }
            services.a.max-sessions = 7
            """);

    CatalogResult result = reader.read(file, Revision.NONE);

    assertThat(result)
        .isInstanceOfSatisfying(
            CatalogResult.Read.class,
            read -> {
              assertThat(read.warnings()).isEmpty();
              assertThat(read.catalog().services()).hasSize(1);
              assertThat(read.catalog().services().getFirst().address().getHostAddress())
                  .isEqualTo("127.20.0.9");
              assertThat(read.catalog().services().getFirst().ports().getFirst().maxSessions())
                  .isEqualTo(7);
            });
  }

  @Test
  void servicesKeepTheOrderOfTheFile() {
    StringBuilder text = new StringBuilder("services {\n");
    for (int i = 99; i >= 0; i--) {
      text.append(service(i));
    }

    CatalogResult result = reader.read("catalog.conf", text + "}", Revision.NONE);

    List<String> ids =
        ((CatalogResult.Read) result)
            .catalog().services().stream().map(service -> service.id()).toList();
    assertThat(ids).hasSize(100).startsWith("s99", "s98", "s97").endsWith("s2", "s1", "s0");
  }

  @Test
  void aStrategyThatIsNotInstalledIsToldOfTheFactoryDefaultsToo() {
    CatalogResult result =
        new CatalogReader(Map.of(), TestStrategies.checks())
            .read("catalog.conf", "services {}", Revision.NONE);

    assertThat(lines(((CatalogResult.Refused) result).problems()))
        .containsExactly(
            "reference.conf:10: sallyport.catalog-defaults.balancer = \"round-robin\": is no known"
                + " balancer; no balancer is installed");
  }

  @Test
  void tenThousandServicesAreReadWithinSecondsAndShareWhatTheyRepeat(@TempDir Path folder)
      throws Exception {
    StringBuilder text = new StringBuilder("services {\n");
    for (int i = 0; i < SERVICES; i++) {
      text.append(service(i));
    }
    Path file = Files.writeString(folder.resolve("large.conf"), text.append("}\n"));
    Duration before = cpu();

    CatalogResult result = reader.read(file, Revision.NONE);

    Duration took = cpu().minus(before);
    System.out.printf(
        Locale.ROOT,
        "%,d services, %,d bytes: read and checked in %,d ms of CPU time%n",
        SERVICES,
        Files.size(file),
        took.toMillis());
    assertThat(result).isInstanceOf(CatalogResult.Read.class);
    Catalog catalog = ((CatalogResult.Read) result).catalog();
    assertThat(catalog.services()).hasSize(SERVICES);
    assertThat(took).isLessThan(Duration.ofSeconds(20));
    Set<Integer> policies = new HashSet<>();
    catalog
        .services()
        .forEach(service ->
            service.ports().forEach(port -> policies.add(System.identityHashCode(port.health()))));
    assertThat(policies).hasSize(1);
  }

  @Test
  void tenThousandServicesThatAllClashAreToldWithinSecondsToo() {
    StringBuilder text = new StringBuilder("services {\n");
    for (int i = 0; i < SERVICES; i++) {
      text.append("s")
          .append(i)
          .append(
              " { names = [icr.io], address = 127.20.0.1, ports = [443], endpoints = [a.b] }\n");
    }
    Duration before = cpu();

    CatalogResult result = reader.read("catalog.conf", text + "}", Revision.NONE);

    assertThat(((CatalogResult.Refused) result).problems()).hasSize(2 * (SERVICES - 1));
    assertThat(cpu().minus(before)).isLessThan(Duration.ofSeconds(20));
  }

  @Property(tries = 2_000)
  void anyTextIsReadOrRefused(@ForAll @StringLength(max = 400) String text) {
    assertThatCode(() -> reader.read("text", text, Revision.NONE)).doesNotThrowAnyException();
  }

  @Property(tries = 4_000)
  void anyHeapOfHoconsOwnCharactersIsReadOrRefused(
      @ForAll
          @Chars({'{', '}', '[', ']', '"', '$', '?', '=', ':', '+', ',', '.', '\n', ' ', '#', '/'})
          @CharRange(from = 'a', to = 'c')
          @StringLength(max = 60)
          String text) {
    assertThatCode(() -> reader.read("text", text, Revision.NONE)).doesNotThrowAnyException();
    assertThatCode(() -> reader.read("text", "services { a " + text, Revision.NONE))
        .doesNotThrowAnyException();
  }

  @Test
  void aPathOfThousandsOfKeysIsRefused() {
    CatalogResult result = reader.read("text", "a" + ".a".repeat(100_000) + " = 1", Revision.NONE);

    assertThat(result).isInstanceOf(CatalogResult.Refused.class);
  }

  /** This thread's own, so that a busy machine fails no test. */
  private static Duration cpu() {
    return Duration.ofNanos(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
  }

  private static String service(int i) {
    return """
      s%d {
        names = [s%d.example, alias.s%d.example]
        address = 127.%d.%d.1
        ports = [443, { listen = 4443, target = 5443 }]
        endpoints = [z1.s%d.example, z2.s%d.example, { host = z3.s%d.example, role = backup }]
        on-down = close-sessions
      }
    """
        .formatted(i, i, i, 20 + i / 250, i % 250, i, i, i);
  }

  private List<String> refused(Path file) {
    CatalogResult result = reader.read(file, Revision.NONE);
    assertThat(result).isInstanceOf(CatalogResult.Refused.class);
    return lines(((CatalogResult.Refused) result).problems());
  }

  private static List<String> lines(List<Problem> problems) {
    return problems.stream().map(Problem::text).toList();
  }
}
