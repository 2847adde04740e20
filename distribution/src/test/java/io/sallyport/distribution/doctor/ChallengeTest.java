package io.sallyport.distribution.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ChallengeTest {
  @Test
  void parametersAreReadQuotedOrNot() {
    assertThat(
            Challenge.of(
                "bearer",
                List.of(
                    "Basic realm=\"x\"",
                    "BEARER Realm=\"https://a.example/t?x=1,2\", service=icr ,"
                        + " scope=\"a\\\"b,c\"")))
        .contains(
            new Challenge(
                "bearer",
                Map.of("realm", "https://a.example/t?x=1,2", "service", "icr", "scope", "a\"b,c")));
    assertThat(Challenge.of("bearer", List.of("Negotiate"))).isEmpty();
    assertThat(Challenge.of("bearer", List.of("Bearer")))
        .contains(new Challenge("bearer", Map.of()));
  }

  @Property(tries = 500)
  void anyHeaderIsReadWithoutAFault(@ForAll String text) {
    assertThat(Challenge.of("bearer", List.of("Bearer " + text))).isPresent();
  }
}
