package io.sallyport.distribution.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.Revision;
import io.sallyport.api.source.NodeEffect;
import io.sallyport.api.source.NodeEffect.EndpointEffect;
import io.sallyport.api.source.NodeEffect.Health;
import io.sallyport.api.source.NodeEffect.ServiceEffect;
import io.sallyport.api.source.NodeEffect.Step;
import io.sallyport.distribution.TestStatus;
import io.sallyport.engine.status.EndpointStatus;
import io.sallyport.engine.status.InjectorStatus;
import io.sallyport.engine.status.ListenerStatus;
import io.sallyport.engine.status.NodeStatus;
import io.sallyport.engine.status.ServiceStatus;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EffectsTest {
  @Test
  void tellsWhatServesWithItsEndpointsAndSessions() {
    NodeEffect effect = Effects.of(TestStatus.node(List.of("a fault")));

    assertThat(effect.revision()).isEqualTo(new Revision(1, 4));
    assertThat(effect.activeSessions()).isEqualTo(17);
    assertThat(effect.totalSessions()).isEqualTo(90_231);
    assertThat(effect.failedSessions()).isEqualTo(2);
    assertThat(effect.drift()).isEmpty();
    assertThat(effect.wrong()).containsExactly("a fault");
    ServiceEffect icr = effect.services().getFirst();
    assertThat(icr.reached()).isEqualTo(Step.PUBLISH);
    assertThat(icr.stuck()).isFalse();
    assertThat(icr.activeSessions()).isEqualTo(17);
    assertThat(icr.failedSessions()).isEqualTo(2);
    assertThat(icr.endpoints())
        .containsExactly(
            new EndpointEffect(443, "z1-1.private.icr.io", Health.UP, "Layer4 check passed"),
            new EndpointEffect(443, "z2-1.private.icr.io", Health.DOWN, "Layer4 timeout"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "owning-address, '', true, false, NONE",
    "owning-address, address in use, false, false, NONE",
    "opening, '', true, false, ADDRESS",
    "probing, no endpoint passes its checks, true, false, LISTEN",
    "serving, '', true, false, PROBE",
    "serving, '', true, true, PUBLISH",
    "serving, '', false, true, NONE",
    "failed, a plugin failed, true, false, NONE"
  })
  void aPhaseIsTheLastStepThatIsDone(
      String phase, String reason, boolean owned, boolean published, Step reached) {
    ServiceEffect effect = only(service(phase, reason, owned, published, "open", "enabled"));

    assertThat(effect.reached()).isEqualTo(reached);
    assertThat(effect.stuck()).isEqualTo(!effect.reason().isEmpty());
    assertThat(effect.reason()).startsWith(reason);
  }

  @Test
  void aPortThatCannotOpenHoldsTheServiceAtItsAddress() {
    ServiceEffect effect = only(service("serving", "", true, true, "failed", "enabled"));

    assertThat(effect.reached()).isEqualTo(Step.ADDRESS);
    assertThat(effect.reason()).isEqualTo("port 443: Address already in use");
    assertThat(effect.stuck()).isTrue();
  }

  @Test
  void whatIsNoLongerDeclaredIsNotTold() {
    assertThat(effects(service("withdrawing", "", true, true, "open", "enabled"))).isEmpty();
    assertThat(effects(service("draining", "", true, true, "closed", "enabled"))).isEmpty();
  }

  @Test
  void anEndpointThatIsToTakeNoSessionsDrainsWhateverItsChecksSay() {
    ServiceEffect effect = only(service("serving", "", true, true, "open", "maintenance"));

    assertThat(effect.endpoints()).extracting(EndpointEffect::health).contains(Health.DRAINING);
  }

  @Test
  void whatAnInjectorNotesIsDriftAndIsToldOnce() {
    NodeStatus well = TestStatus.node(List.of());
    String note = "injector hosts-file: put back 1 line that somebody removed";
    NodeStatus drifted =
        new NodeStatus(
            well.at(),
            well.startedAt(),
            well.revision(),
            true,
            "epoll",
            1,
            0,
            0,
            0,
            List.of(),
            List.of(
                new InjectorStatus(
                    "hosts-file", "name", 1, 0, "put back 1 line that somebody removed")),
            List.of(note, "another fault"));

    assertThat(Effects.of(drifted).drift()).containsExactly(note);
    assertThat(Effects.of(drifted).wrong()).containsExactly("another fault");
  }

  private static ServiceEffect only(ServiceStatus service) {
    return effects(service).getFirst();
  }

  private static List<ServiceEffect> effects(ServiceStatus service) {
    NodeStatus well = TestStatus.node(List.of());
    return Effects.of(
            new NodeStatus(
                well.at(),
                well.startedAt(),
                "1.4",
                true,
                "epoll",
                1,
                0,
                0,
                0,
                List.of(service),
                List.of(),
                List.of()))
        .services();
  }

  private static ServiceStatus service(
      String phase, String reason, boolean owned, boolean published, String door, String mode) {
    EndpointStatus endpoint =
        new EndpointStatus(
            "a", "a", 1, List.of(), "", "primary", mode, "", 1, "3/3 UP", true, true, false, 0, "",
            0, 0, 0, 0, 0, 0);
    ListenerStatus listener =
        new ListenerStatus(
            "172.20.0.7",
            443,
            door,
            door.equals("failed") ? "Address already in use" : "",
            0,
            0,
            0,
            0,
            0,
            0,
            false,
            List.of(endpoint));
    return new ServiceStatus(
        "icr", phase, reason, "172.20.0.7", owned, List.of("icr.io"), published, List.of(listener));
  }
}
