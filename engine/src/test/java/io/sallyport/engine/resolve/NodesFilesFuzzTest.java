package io.sallyport.engine.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever stands in the files that say how the node finds hosts: nothing is thrown, and what is
 * right in them still holds.
 */
final class NodesFilesFuzzTest {
  private static Path file = Path.of("");

  @BeforeContainer
  static void makeTheFile() throws IOException {
    file = Files.createTempFile("sallyport-fuzz", ".conf");
  }

  @AfterContainer
  static void removeTheFile() throws IOException {
    Files.delete(file);
  }

  @Property(tries = 3_000)
  void anyHostsFileIsRead(@ForAll("hosts") byte[] bytes) throws IOException {
    write(bytes, "\n192.0.2.7 known.example\n");
    HostsFile hosts = new HostsFile(file);

    assertThat(hosts.addresses("known.example"))
        .extracting(address -> address.getHostAddress())
        .contains("192.0.2.7");
    assertThat(hosts.addresses("nobody.example")).isEmpty();
  }

  @Property(tries = 3_000)
  void anyResolvConfIsRead(@ForAll("resolvers") byte[] bytes) throws IOException {
    write(bytes, "\nnameserver 192.0.2.53\n");

    ResolvConf read = ResolvConf.of(file);

    assertThat(read.servers())
        .last()
        .satisfies(server -> assertThat(server.getHostString()).isEqualTo("192.0.2.53"));
    assertThat(read.ndots()).isBetween(0, 15);
    assertThat(read.search()).hasSizeLessThanOrEqualTo(bytes.length);
  }

  private static void write(byte[] bytes, String last) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(bytes);
    all.writeBytes(last.getBytes(StandardCharsets.US_ASCII));
    Files.write(file, all.toByteArray());
  }

  @Provide
  Arbitrary<byte[]> hosts() {
    return heap(
        "127.0.0.1",
        "::1",
        "fe80::1%lo",
        "256.1.1.1",
        "1.2.3",
        "known.example",
        "KNOWN.example",
        "a",
        " ",
        "\t",
        "\n",
        "\r\n",
        "\r",
        "#",
        "127.0.0.1 localhost",
        "\u00e9",
        "\0",
        "%",
        ":");
  }

  @Provide
  Arbitrary<byte[]> resolvers() {
    return heap(
        "nameserver",
        "search",
        "domain",
        "options",
        "ndots:",
        "ndots:7",
        "ndots:99999999999",
        "ndots:-1",
        "127.0.0.1",
        "::1",
        "fe80::1%lo",
        "[::1]",
        "1.2.3.4.5",
        "a.b",
        ".",
        " ",
        "\t",
        "\n",
        "\r\n",
        "\r",
        "#",
        ";",
        "\u00e9",
        "\0",
        "%");
  }

  private static Arbitrary<byte[]> heap(String... words) {
    Arbitrary<byte[]> known =
        Arbitraries.of(words).map(word -> word.getBytes(StandardCharsets.ISO_8859_1));
    Arbitrary<byte[]> noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(12);
    return Arbitraries.frequencyOf(Tuple.of(6, known), Tuple.of(1, noise))
        .list()
        .ofMaxSize(40)
        .map(parts -> {
          ByteArrayOutputStream all = new ByteArrayOutputStream();
          parts.forEach(all::writeBytes);
          return all.toByteArray();
        });
  }
}
