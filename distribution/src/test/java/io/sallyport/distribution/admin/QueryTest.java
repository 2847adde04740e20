package io.sallyport.distribution.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** What a request to the admin port says, and what somebody else might. */
class QueryTest {
  @Example
  void keysAndValuesAreDecodedAndTheLastWordCounts() {
    assertThat(Query.of("service=icr&endpoint=z1%2Fa+b&endpoint=z2&=x&y&broken=%zz"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("service", "icr", "endpoint", "z2", "broken", ""));
    assertThat(Query.of(null)).isEmpty();
  }

  @Example
  void onlyAnAddressOrLocalhostIsAnAddress() {
    for (String host : List.of("127.0.0.1", "127.0.0.1:9420", "[::1]:9420", "localhost:9420")) {
      assertThat(Query.namesAnAddress(host)).as(host).isTrue();
    }
    for (String host : List.of("", ":", "]", "[", "evil.example", "evil.example:9420", ":9420")) {
      assertThat(Query.namesAnAddress(host)).as(host).isFalse();
    }
  }

  @Property(tries = 5_000)
  void nothingThatIsAskedEscapesAsAnException(@ForAll("words") String text) {
    assertThat(Query.of(text)).hasSizeLessThanOrEqualTo(text.length());
    Query.mode(text);
    Query.port(text).ifPresent(port -> assertThat(port.orElse(0)).isBetween(0, 99_999));
    if (Query.namesAnAddress(text)) {
      assertThat(text).matches("(?i)localhost.*|[\\[\\]0-9a-f.:%]+.*");
    }
  }

  @Provide
  Arbitrary<String> words() {
    Arbitrary<String> known =
        Arbitraries.of(
            "service",
            "endpoint",
            "mode",
            "drain",
            "port",
            "=",
            "&",
            "%",
            "%41",
            "%zz",
            "+",
            ":",
            "[",
            "]",
            "127.0.0.1",
            "::1",
            "localhost",
            "443",
            "99999",
            "999999");
    return Arbitraries.frequencyOf(
            Tuple.of(6, known), Tuple.of(1, Arbitraries.strings().ofMaxLength(6)))
        .list()
        .ofMaxSize(12)
        .map(parts -> String.join("", parts));
  }
}
