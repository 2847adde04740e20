package io.sallyport.control.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.testkit.MapSection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ControlSettingsTest {
  @Test
  void aTrialOnLoopbackAddressesIsInPlainText() {
    MapSection section =
        new MapSection(
            Map.of("addresses", List.of("127.0.0.1:9443", "[::1]:9443"), "insecure", true));

    ControlSettings settings = new ControlSourceFactory().parse(section);

    assertThat(section.problems()).isEmpty();
    assertThat(settings.addresses())
        .containsExactly(new ControlAddress("127.0.0.1", 9443), new ControlAddress("::1", 9443));
    assertThat(settings.tls()).isEmpty();
    assertThat(settings.removalGuard())
        .isEqualTo(new RemovalGuard(RemovalGuard.Policy.REFUSE, 50, 3));
  }

  @Test
  void plainTextToOtherMachinesIsRefused() {
    assertThat(
            problems(Map.of("addresses", List.of("control.test:9443"), "insecure", true))
                .getFirst())
        .contains("sends everything in plain text to control.test:9443");
  }

  @Test
  void aHostThatCannotBeConnectedToIsRefused() {
    assertThat(
            problems(Map.of("addresses", List.of("control_1:9443"), "insecure", true)).getFirst())
        .contains("holds \"control_1:9443\"", "a host's name has letters, digits, hyphens");
  }

  @Test
  void withoutTlsNothingWorksByAccident() {
    assertThat(problems(Map.of("addresses", List.of("10.0.0.4:9443"))).getFirst())
        .contains("says nothing of tls");
  }

  @Test
  void allProblemsAreFoundAtOnce() {
    List<String> problems =
        problems(
            Map.of(
                "addresses",
                List.of("nowhere"),
                "insecure",
                true,
                "reconnect",
                Map.of("least", Duration.ofSeconds(10), "most", Duration.ofSeconds(1)),
                "reconect",
                1));

    assertThat(problems).hasSize(3);
    assertThat(problems).anyMatch(p -> p.contains("holds \"nowhere\""));
    assertThat(problems).anyMatch(p -> p.contains("is longer than most"));
    assertThat(problems).anyMatch(p -> p.contains("reconect"));
  }

  private static List<String> problems(Map<String, ?> values) {
    MapSection section = new MapSection(values);
    new ControlSourceFactory().parse(section);
    return section.problems();
  }
}
