package io.sallyport.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.AllDown;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.EndpointRole;
import io.sallyport.api.catalog.OnDown;
import io.sallyport.api.catalog.OnUp;
import io.sallyport.api.catalog.Service;
import io.sallyport.engine.event.EngineEvent.EndpointOrdered;
import io.sallyport.engine.event.SessionEnd;
import java.net.Socket;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an operator says of an endpoint, beside the catalog. */
@Timeout(60)
final class OperatorWordsTest {
  private static final OptionalInt EVERY_PORT = OptionalInt.empty();

  private static Service both(int listen, Peer a, Peer b) {
    return Lab.service(
        "icr",
        port ->
            Lab.policies(
                port, 0, OnDown.CLOSE_SESSIONS, OnUp.KEEP_BACKUP_SESSIONS, AllDown.FAIL_CLOSED),
        listen,
        Lab.endpoint("a", a.port(), EndpointRole.PRIMARY),
        Lab.endpoint("b", b.port(), EndpointRole.PRIMARY));
  }

  private static void serve(Lab lab, Service service) {
    lab.serve(service);
    Lab.eventually(() -> lab.endpoint("icr", "a").proven() && lab.endpoint("icr", "b").proven());
  }

  @Test
  void drainedEndpointKeepsItsSessionsAndGetsNoNewOnesWhateverCatalogComes() throws Exception {
    try (Peer a = Peer.echo();
        Peer b = Peer.saying("b");
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      serve(lab, both(port, a, b));
      try (Socket onA = sessionOn(lab, port, "a")) {
        assertThat(lab.engine().order("icr", EVERY_PORT, "a", EndpointMode.DRAIN).get())
            .containsExactly(port);
        assertThat(lab.endpoint("icr", "a").mode()).isEqualTo("drain");
        assertThat(lab.endpoint("icr", "a").ordered()).isEqualTo("drain");
        for (int i = 0; i < 6; i++) {
          assertThat(Lab.ask(port)).isEqualTo("b");
        }
        assertThat(SessionsTest.echoes(onA)).isTrue();
      }
      lab.apply();
      lab.serve(both(port, a, b));
      Lab.eventually(() -> lab.endpoint("icr", "b").proven());
      for (int i = 0; i < 6; i++) {
        assertThat(Lab.ask(port)).isEqualTo("b");
      }

      assertThat(lab.engine().order("icr", EVERY_PORT, "a", EndpointMode.ENABLED).get())
          .containsExactly(port);
      Lab.eventually(() -> lab.endpoint("icr", "a").proven());
      sessionOn(lab, port, "a").close();
      assertThat(lab.endpoint("icr", "a").ordered()).isEmpty();
      assertThat(lab.events(EndpointOrdered.class))
          .containsExactly(
              new EndpointOrdered("icr", port, "a", EndpointMode.DRAIN, EndpointMode.DRAIN),
              new EndpointOrdered("icr", port, "a", EndpointMode.ENABLED, EndpointMode.ENABLED));
    }
  }

  @Test
  void maintenanceEndsSessionsByPolicyAndProbesAreOverUntilItIsTakenBack() throws Exception {
    try (Peer a = Peer.echo();
        Peer b = Peer.echo();
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      serve(lab, both(port, a, b));
      try (Socket onA = sessionOn(lab, port, "a")) {
        lab.engine().order("icr", OptionalInt.of(port), "a", EndpointMode.MAINTENANCE).get();
        assertThat(SessionsTest.outcome(onA)).isEqualTo("reset");
      }
      assertThat(lab.ended(1).end()).isEqualTo(SessionEnd.ENDPOINT_DOWN);
      assertThat(lab.endpoint("icr", "a").health()).isEqualTo("unchecked");
      // Whoever stood in the queue before this one has been accepted.
      try (Socket last = Lab.connect(a.port())) {
        assertThat(SessionsTest.echoes(last)).isTrue();
      }
      int probes = a.accepted();
      Lab.eventually(() -> lab.endpoint("icr", "b").up());
      assertThat(a.accepted()).isEqualTo(probes);

      lab.engine().order("icr", EVERY_PORT, "a", EndpointMode.ENABLED).get();
      Lab.eventually(() -> lab.endpoint("icr", "a").proven() && a.accepted() > probes);
      sessionOn(lab, port, "a").close();
    }
  }

  @Test
  void stricterWordOfTheTwoHoldsAndTheSameAgainIsNoNews() throws Exception {
    try (Peer a = Peer.saying("a");
        Peer b = Peer.saying("b");
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      serve(lab, both(port, a, b));
      lab.engine().order("icr", EVERY_PORT, "a", EndpointMode.MAINTENANCE).get();
      lab.engine().order("icr", EVERY_PORT, "a", EndpointMode.MAINTENANCE).get();
      assertThat(lab.events(EndpointOrdered.class)).hasSize(1);
      assertThat(lab.endpoint("icr", "a").mode()).isEqualTo("maintenance");
      assertThat(lab.status().faults()).isEmpty();
    }
  }

  @Test
  void whatThereIsNotIsFoundNowhere() throws Exception {
    try (Peer a = Peer.saying("a");
        Peer b = Peer.saying("b");
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      serve(lab, both(port, a, b));
      for (List<String> place : List.of(List.of("icr", "c"), List.of("gcr", "a"))) {
        assertThat(
                lab.engine()
                    .order(place.get(0), EVERY_PORT, place.get(1), EndpointMode.DRAIN)
                    .get())
            .isEmpty();
      }
      assertThat(lab.engine().order("icr", OptionalInt.of(1), "a", EndpointMode.DRAIN).get())
          .isEmpty();
      assertThat(lab.events(EndpointOrdered.class)).isEmpty();
    }
  }

  /** A session that is on the endpoint of that name; others on the way there end. */
  private static Socket sessionOn(Lab lab, int port, String endpoint) throws Exception {
    while (true) {
      long before = lab.endpoint("icr", endpoint).totalSessions();
      Socket session = Lab.connect(port);
      session.getOutputStream().write(1);
      session.getInputStream().read();
      if (lab.endpoint("icr", endpoint).totalSessions() > before) {
        return session;
      }
      session.close();
    }
  }
}
