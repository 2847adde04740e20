package io.sallyport.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointRole;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.injection.InjectionPhase;
import io.sallyport.engine.TestStrategies.Recording;
import io.sallyport.engine.event.EngineEvent.PhaseChanged;
import io.sallyport.engine.event.EngineEvent.SessionEnded;
import io.sallyport.engine.event.SessionEnd;
import io.sallyport.engine.status.InjectorStatus;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From one catalog to the next: what changes, what must not, and in which order. */
final class ReconcileTest {
  private final List<String> journal = new CopyOnWriteArrayList<>();
  private final Recording addresses = new Recording("addresses", InjectionPhase.ADDRESS, journal);
  private final Recording names = new Recording("names", InjectionPhase.NAME, journal);

  @Test
  void serviceComesUpAddressFirstAndNameLastAndGoesDownInReverse() throws Exception {
    try (Peer peer = Peer.saying("x");
        Lab lab = new Lab(addresses, names)) {
      int port = Lab.freePort();
      lab.serve(Lab.service("icr", port, Lab.endpoint(peer.port())));
      Lab.eventually(() -> names.services().contains("icr"));
      assertThat(journal).containsExactly("addresses [icr]", "names [icr]");
      assertThat(phases(lab, "icr")).containsExactly("opening", "probing", "serving");
      Lab.eventually(() -> lab.service("icr").namesPublished());
      assertThat(lab.service("icr").addressOwned()).isTrue();

      journal.clear();
      lab.apply();
      Lab.eventually(() -> addresses.services().isEmpty());
      assertThat(journal).containsExactly("names []", "addresses []");
      assertThat(phases(lab, "icr")).endsWith("withdrawing", "draining", "gone");
      assertThat(refused(port)).isTrue();
    }
  }

  @Test
  void nameIsNotPublishedBeforeAnEndpointServes() throws Exception {
    int target = Lab.freePort();
    try (Lab lab = new Lab(addresses, names)) {
      int port = Lab.freePort();
      lab.apply(Lab.service("icr", port, Lab.endpoint("e", target, EndpointRole.PRIMARY)));
      Lab.eventually(() -> lab.endpoint("icr", "e").health().equals("0/2 DOWN"));
      lab.engine().ready().join();
      assertThat(lab.service("icr").phase()).isEqualTo("probing");
      assertThat(lab.service("icr").reason()).isEqualTo("no endpoint passes its checks");
      assertThat(names.services()).isEmpty();
      try (Peer late = Peer.on("127.0.0.1", target, socket -> {})) {
        Lab.eventually(() -> names.services().contains("icr") && late.accepted() > 0);
        assertThat(lab.service("icr").phase()).isEqualTo("serving");
      }
      Lab.eventually(() -> !lab.endpoint("icr", "e").up());
      assertThat(names.services()).containsExactly("icr");
      assertThat(lab.status().faults())
          .containsExactly(
              "listener 127.0.0.1:" + port + " of service icr: no endpoint passes its checks",
              "icr:"
                  + port
                  + ": endpoint e is down: Layer4 connection problem: Connection refused");
    }
  }

  @Test
  void readyMeansThatTheNamesAreOut() throws Exception {
    try (Peer peer = Peer.saying("x");
        Lab lab = new Lab(addresses, names)) {
      lab.apply(Lab.service("icr", Lab.freePort(), Lab.endpoint(peer.port())));
      lab.engine().ready().join();
      assertThat(names.services()).containsExactly("icr");
      assertThat(lab.service("icr").namesPublished()).isTrue();
    }
  }

  @Test
  void injectorThatDoesNotAnswerDelaysReadinessAndDoesNotPreventIt() throws Exception {
    Recording hanging = new Recording("hanging", InjectionPhase.NAME, journal);
    hanging.hang();
    try (Peer peer = Peer.saying("x");
        Lab lab = new Lab(addresses, hanging, names)) {
      lab.serve(Lab.service("icr", Lab.freePort(), Lab.endpoint(peer.port())));
      Lab.eventually(() -> lab.service("icr").phase().equals("serving"));
      assertThat(lab.engine().ready()).isNotDone();
      lab.engine().ready().get(20, TimeUnit.SECONDS);
      assertThat(lab.service("icr").namesPublished()).isFalse();
      hanging.release();
    }
  }

  @Test
  @Timeout(60)
  void namesThatAreDueAreStillPublishedByAStopThatKeepsThem(@TempDir Path state) throws Exception {
    try (Peer peer = Peer.saying("x")) {
      for (int round = 0; round < 5; round++) {
        journal.clear();
        names.told().clear();
        Path ours = Files.createDirectory(state.resolve("round" + round));
        try (Lab lab = new Lab(settings -> in(settings, ours, OnExit.KEEP), addresses, names)) {
          lab.apply(Lab.service("icr", Lab.freePort(), Lab.endpoint(peer.port())));
          // Names that serve are told a few milliseconds later: the stop must come before that.
          while (lab.events(PhaseChanged.class).stream()
              .noneMatch(event -> event.phase().equals("serving"))) {
            Thread.onSpinWait();
          }
          lab.engine().stop().get();
        }
        assertThat(names.services()).containsExactly("icr");
      }
    }
  }

  @Test
  void serviceWhoseAddressIsRefusedSaysWhyAndLeavesTheOthersAlone() throws Exception {
    addresses.refuse(binding -> binding.service().equals("bad"));
    try (Peer peer = Peer.saying("x");
        Lab lab = new Lab(addresses, names)) {
      int good = Lab.freePort();
      ApplyReport report =
          lab.apply(
              Lab.service("bad", Lab.freePort(), Lab.endpoint(peer.port())),
              Lab.service("good", good, Lab.endpoint(peer.port())));
      String fault = "addresses: the test says no; ask the test";
      assertThat(report.added()).isEqualTo(2);
      assertThat(report.faults()).contains("service bad (owning-address): " + fault);
      Lab.eventually(() -> names.services().contains("good"));
      assertThat(Lab.ask(good)).isEqualTo("x");
      assertThat(lab.service("bad").reason()).isEqualTo(fault);
      lab.engine().ready().join();

      addresses.refuse(binding -> false);
      Lab.eventually(() -> names.services().contains("bad"));
      assertThat(lab.status().faults()).isEmpty();
    }
  }

  @Test
  void ofSeveralInjectorsEachShowsItsStateAndNoneHoldsUpAnother() throws Exception {
    Recording refusing = new Recording("refusing", InjectionPhase.NAME, journal);
    Recording hanging = new Recording("hanging", InjectionPhase.NAME, journal);
    refusing.refuse(binding -> true);
    hanging.hang();
    try (Peer peer = Peer.saying("x");
        Lab lab = new Lab(addresses, hanging, refusing, names)) {
      lab.serve(Lab.service("icr", Lab.freePort(), Lab.endpoint(peer.port())));
      Lab.eventually(() -> names.services().contains("icr"));
      // Each tells on its own thread.
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() ->
              assertThat(lab.status().injectors())
                  .containsExactly(
                      new InjectorStatus("addresses", "address", 1, 0, ""),
                      new InjectorStatus("hanging", "name", 0, 0, ""),
                      new InjectorStatus("refusing", "name", 0, 1, ""),
                      new InjectorStatus("names", "name", 1, 0, "")));
      assertThat(lab.service("icr").namesPublished()).isFalse();
      assertThat(lab.status().faults())
          .anySatisfy(
              fault -> assertThat(fault).contains("refusing: the test says no; ask the test"));

      refusing.refuse(binding -> false);
      hanging.release();
      Lab.eventually(() -> lab.service("icr").namesPublished());
      assertThat(lab.status().faults()).isEmpty();
    }
  }

  @Test
  void anAddressThatIsJustBeingGivenUpIsNotTakenForOwned() throws Exception {
    try (Peer peer = Peer.saying("x");
        Lab lab = new Lab(addresses, names)) {
      int port = Lab.freePort();
      Service icr = Lab.service("icr", port, Lab.endpoint(peer.port()));
      lab.serve(icr);
      CompletableFuture<ApplyReport> back;
      addresses.hold();
      try {
        lab.apply();
        Lab.eventually(() -> addresses.told().getLast().isEmpty());
        back = lab.applying(icr);
        assertThat(lab.service("icr").phase()).isEqualTo("owning-address");
        assertThat(lab.service("icr").addressOwned()).isFalse();
      } finally {
        addresses.release();
      }
      assertThat(back.join().faults()).isEmpty();
      assertThat(Lab.ask(port)).isEqualTo("x");
    }
  }

  @Test
  void portThatIsTakenIsToldAndTriedAgain() throws Exception {
    try (Peer peer = Peer.saying("x");
        Lab lab = new Lab(addresses, names)) {
      try (ServerSocket squatter = new ServerSocket(0, 1, Lab.LOOPBACK)) {
        int port = squatter.getLocalPort();
        ApplyReport report = lab.apply(Lab.service("icr", port, Lab.endpoint(peer.port())));
        assertThat(report.faults())
            .singleElement()
            .asString()
            .startsWith("service icr (opening): cannot listen on 127.0.0.1:" + port + ": ")
            .contains("in use")
            .endsWith("; end the program that listens there, or choose another address or port");
        assertThat(names.services()).isEmpty();
        leave(squatter);
        Lab.eventually(() -> lab.service("icr").phase().equals("serving"));
        assertThat(Lab.ask(port)).isEqualTo("x");
      }
    }
  }

  @Test
  void changeElsewhereTouchesNeitherSessionsNorCountersNorHealth() throws Exception {
    try (Peer peer = Peer.echo();
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      Service icr = Lab.service("icr", port, Lab.endpoint("e", peer.port(), EndpointRole.PRIMARY));
      lab.serve(icr);
      Lab.eventually(() -> lab.endpoint("icr", "e").health().equals("3/3 UP"));
      try (Socket session = Lab.connect(port)) {
        assertThat(SessionsTest.echoes(session)).isTrue();
        Service other = Lab.service("other", Lab.freePort(), Lab.endpoint(peer.port()));
        ApplyReport report = lab.apply(icr, other);
        assertThat(report.unchanged()).isEqualTo(1);
        assertThat(SessionsTest.echoes(session)).isTrue();
        lab.apply(icr);
        assertThat(SessionsTest.echoes(session)).isTrue();
        assertThat(lab.listener("icr").totalSessions()).isEqualTo(1);
        assertThat(lab.endpoint("icr", "e").health()).isEqualTo("3/3 UP");
      }
    }
  }

  @Test
  void newEndpointsJoinAndRemovedOnesDrainWhileSurvivorsKeepTheirState() throws Exception {
    try (Peer one = Peer.echo();
        Peer two = Peer.echo();
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.serve(Lab.service("icr", port, Lab.endpoint("one", one.port(), EndpointRole.PRIMARY)));
      try (Socket old = Lab.connect(port)) {
        assertThat(SessionsTest.echoes(old)).isTrue();
        lab.serve(
            Lab.service(
                "icr",
                port,
                Lab.endpoint("two", two.port(), EndpointRole.PRIMARY),
                Lab.endpoint("one", one.port(), EndpointRole.PRIMARY)));
        assertThat(lab.endpoint("icr", "one").totalSessions()).isEqualTo(1);
        lab.apply(Lab.service("icr", port, Lab.endpoint("two", two.port(), EndpointRole.PRIMARY)));
        assertThat(SessionsTest.echoes(old)).isTrue();
        try (Socket fresh = Lab.connect(port)) {
          assertThat(SessionsTest.echoes(fresh)).isTrue();
          assertThat(lab.endpoint("icr", "two").activeSessions()).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void sessionsOfARemovedServiceHaveTheirTimeAndNotMore() throws Exception {
    try (Peer peer = Peer.echo();
        Lab lab = new Lab(addresses, names)) {
      int port = Lab.freePort();
      lab.serve(
          Lab.service(
              "icr",
              settings ->
                  Lab.timeouts(
                      settings,
                      old ->
                          new io.sallyport.api.catalog.Timeouts(
                              old.connect(),
                              old.attemptDelay(),
                              old.idle(),
                              old.halfClosed(),
                              Duration.ofSeconds(4))),
              port,
              Lab.endpoint(peer.port())));
      try (Socket session = Lab.connect(port)) {
        assertThat(SessionsTest.echoes(session)).isTrue();
        lab.apply();
        assertThat(refused(port)).isTrue();
        assertThat(SessionsTest.echoes(session)).isTrue();
        assertThat(addresses.services()).containsExactly("icr");
        assertThat(SessionsTest.outcome(session)).isEqualTo("reset");
      }
      assertThat(lab.ended(1).end()).isEqualTo(SessionEnd.DRAINED);
      Lab.eventually(() -> addresses.services().isEmpty());
    }
  }

  @Test
  void listenerCanPassFromOneServiceToAnotherInOneCatalog() throws Exception {
    try (Peer one = Peer.saying("one");
        Peer two = Peer.saying("two");
        Lab lab = new Lab(addresses, names)) {
      int port = Lab.freePort();
      for (int round = 0; round < 20; round++) {
        Peer peer = round % 2 == 0 ? one : two;
        String id = round % 2 == 0 ? "one" : "two";
        lab.serve(Lab.service(id, port, Lab.endpoint(peer.port())));
        assertThat(Lab.ask(port)).isEqualTo(id);
        assertThat(lab.status().faults()).isEmpty();
      }
    }
  }

  @Test
  void serviceThatMovesServesAtItsNewAddressBeforeTheOldOneGoes() throws Exception {
    try (Peer peer = Peer.saying("x");
        Lab lab = new Lab(addresses, names)) {
      int port = Lab.freePort();
      Service here = Lab.service("icr", port, Lab.endpoint(peer.port()));
      Service there =
          new Service("icr", here.names(), InetAddress.ofLiteral("127.0.0.2"), here.ports());
      lab.serve(here);
      Lab.eventually(() -> names.services().contains("icr"));
      journal.clear();
      lab.serve(there);
      Lab.eventually(() ->
          addresses.present().size() == 1
              && addresses.present().iterator().next().address().equals(there.address()));
      assertThat(names.told())
          .filteredOn(told -> !told.isEmpty())
          .allMatch(told -> told.size() == 1);
      assertThat(names.present().iterator().next().address()).isEqualTo(there.address());
      assertThat(journal).doesNotContain("names []");
      assertThat(refused(port)).isTrue();
    }
  }

  @Test
  void servicesThatTradePlacesDoNotWaitForEachOther() throws Exception {
    InetAddress elsewhere = InetAddress.ofLiteral("127.0.0.2");
    try (Peer one = Peer.saying("one");
        Peer two = Peer.saying("two");
        Lab lab = new Lab(addresses, names)) {
      int port = Lab.freePort();
      Service first = Lab.service("one", port, Lab.endpoint(one.port()));
      Service second = Lab.service("two", port, Lab.endpoint(two.port()));
      Service firstElsewhere = new Service("one", first.names(), elsewhere, first.ports());
      Service secondElsewhere = new Service("two", second.names(), elsewhere, second.ports());
      lab.serve(first, secondElsewhere);
      for (int round = 0; round < 10; round++) {
        assertThat(lab.apply(firstElsewhere, second).faults()).isEmpty();
        lab.serve(firstElsewhere, second);
        assertThat(Lab.ask(port)).isEqualTo("two");
        assertThat(lab.apply(first, secondElsewhere).faults()).isEmpty();
        lab.serve(first, secondElsewhere);
        assertThat(Lab.ask(port)).isEqualTo("one");
      }
      Lab.eventually(() -> names.services().size() == 2);
    }
  }

  @Test
  void aPortPassesBetweenServicesThatShareAnAddress() throws Exception {
    try (Peer one = Peer.saying("one");
        Peer two = Peer.saying("two");
        Lab lab = new Lab()) {
      int fixed = Lab.freePort();
      int other = Lab.freePort();
      int shared = Lab.freePort();
      Service poor = Lab.service("one", fixed, Lab.endpoint(one.port()));
      Service rich =
          new Service(
              "one",
              poor.names(),
              poor.address(),
              List.of(poor.ports().getFirst(), Lab.port(shared, Lab.endpoint(one.port()))));
      Service second = Lab.service("two", other, Lab.endpoint(two.port()));
      Service secondRich =
          new Service(
              "two",
              second.names(),
              second.address(),
              List.of(second.ports().getFirst(), Lab.port(shared, Lab.endpoint(two.port()))));
      for (int round = 0; round < 10; round++) {
        assertThat(lab.apply(rich, second).faults()).isEmpty();
        lab.serve(rich, second);
        assertThat(Lab.ask(shared)).isEqualTo("one");
        assertThat(lab.apply(poor, secondRich).faults()).isEmpty();
        lab.serve(poor, secondRich);
        assertThat(Lab.ask(shared)).isEqualTo("two");
      }
    }
  }

  @Test
  void portThatIsAddedWhileAnotherCannotOpenOpens() throws Exception {
    try (Peer peer = Peer.saying("x");
        Lab lab = new Lab();
        ServerSocket squatter = new ServerSocket(0, 1, Lab.LOOPBACK)) {
      int taken = squatter.getLocalPort();
      int free = Lab.freePort();
      Endpoint endpoint = Lab.endpoint(peer.port());
      lab.apply(ports(Lab.port(taken, endpoint)));
      lab.apply(ports(Lab.port(taken, endpoint), Lab.port(free, endpoint)));
      Lab.eventually(() -> lab.service("icr").listeners().get(1).state().equals("open"));

      lab.apply(ports(Lab.port(free, endpoint)));
      Lab.eventually(() -> lab.service("icr").phase().equals("serving"));
      assertThat(Lab.ask(free)).isEqualTo("x");
      assertThat(lab.status().faults()).isEmpty();
    }
  }

  @Test
  void listenerThatCannotBeAddedToAServingServiceIsTold() throws Exception {
    try (Peer peer = Peer.saying("x");
        Lab lab = new Lab();
        ServerSocket squatter = new ServerSocket(0, 1, Lab.LOOPBACK)) {
      Endpoint endpoint = Lab.endpoint(peer.port());
      ServicePort good = Lab.port(Lab.freePort(), endpoint);
      lab.serve(ports(good));
      ApplyReport report = lab.apply(ports(good, Lab.port(squatter.getLocalPort(), endpoint)));
      assertThat(report.faults())
          .singleElement()
          .asString()
          .startsWith("listener 127.0.0.1:" + squatter.getLocalPort() + " of service icr: cannot");
    }
  }

  @Test
  void moveThatIsRevertedBeforeItSucceededChangesNothing() throws Exception {
    InetAddress elsewhere = InetAddress.ofLiteral("127.0.0.2");
    addresses.refuse(binding -> binding.address().equals(elsewhere));
    try (Peer peer = Peer.echo();
        Lab lab = new Lab(addresses, names)) {
      int port = Lab.freePort();
      Service here = Lab.service("icr", port, Lab.endpoint(peer.port()));
      lab.serve(here);
      Lab.eventually(() -> names.services().contains("icr"));
      try (Socket session = Lab.connect(port)) {
        assertThat(SessionsTest.echoes(session)).isTrue();
        journal.clear();
        lab.apply(new Service("icr", here.names(), elsewhere, here.ports()));
        assertThat(lab.service("icr").phase()).isEqualTo("owning-address");
        lab.serve(here);
        Lab.eventually(() -> lab.status().services().size() == 1);
        assertThat(SessionsTest.echoes(session)).isTrue();
        assertThat(lab.listener("icr").totalSessions()).isEqualTo(1);
        assertThat(journal).doesNotContain("names []");
        assertThat(lab.status().faults()).isEmpty();
      }
    }
  }

  @Test
  void sessionsOfARemovedPortKeepTheServicesAddress() throws Exception {
    try (Peer peer = Peer.echo();
        Lab lab = new Lab(addresses, names)) {
      int first = Lab.freePort();
      int second = Lab.freePort();
      Endpoint endpoint = Lab.endpoint(peer.port());
      lab.serve(ports(Lab.port(first, endpoint), Lab.port(second, endpoint)));
      try (Socket session = Lab.connect(first)) {
        assertThat(SessionsTest.echoes(session)).isTrue();
        lab.apply(ports(Lab.port(second, endpoint)));
        assertThat(lab.service("icr").listeners()).hasSize(2);
        assertThat(lab.service("icr").listeners().getLast().state()).isEqualTo("closed");
        lab.apply();
        Lab.eventually(() -> lab.service("icr").phase().equals("draining"));
        assertThat(SessionsTest.echoes(session)).isTrue();
        assertThat(addresses.services()).containsExactly("icr");
      }
      Lab.eventually(() -> addresses.services().isEmpty());
    }
  }

  @Test
  void portsComeAndGoWithinAService() throws Exception {
    try (Peer one = Peer.saying("one");
        Peer two = Peer.saying("two");
        Lab lab = new Lab()) {
      int first = Lab.freePort();
      int second = Lab.freePort();
      Service both =
          ports(
              Lab.port(first, Lab.endpoint(one.port())),
              Lab.port(second, Lab.endpoint(two.port())));
      Service only = ports(Lab.port(second, Lab.endpoint(two.port())));
      lab.serve(both);
      assertThat(Lab.ask(first)).isEqualTo("one");
      assertThat(Lab.ask(second)).isEqualTo("two");
      lab.apply(only);
      assertThat(refused(first)).isTrue();
      assertThat(Lab.ask(second)).isEqualTo("two");
      lab.serve(both);
      assertThat(Lab.ask(first)).isEqualTo("one");
      assertThat(lab.service("icr").listeners().getFirst().totalSessions()).isPositive();
    }
  }

  @Test
  void restartKeepsTheNamesOfAServiceWhoseEndpointsAreAllDead(@TempDir Path state)
      throws Exception {
    int target = Lab.freePort();
    int port = Lab.freePort();
    Service icr = Lab.service("icr", port, Lab.endpoint("e", target, EndpointRole.PRIMARY));
    try (Peer peer = Peer.on("127.0.0.1", target, socket -> {});
        Lab lab = new Lab(settings -> in(settings, state, OnExit.KEEP), addresses, names)) {
      lab.serve(icr);
      Lab.eventually(() -> names.services().contains("icr") && peer.accepted() > 0);
    }
    assertThat(journal).doesNotContain("names []");
    try (Lab lab = new Lab(settings -> in(settings, state, OnExit.KEEP), addresses, names)) {
      names.told().clear();
      lab.apply(icr);
      Lab.eventually(() -> lab.endpoint("icr", "e").health().equals("0/2 DOWN"));
      Lab.eventually(() -> !names.told().isEmpty());
      assertThat(names.services()).containsExactly("icr");
      assertThat(journal).doesNotContain("names []");
    }
  }

  @Test
  void stopWithdrawsNamesFirstAndAddressesLastWhereToldTo(@TempDir Path state) throws Exception {
    try (Peer peer = Peer.saying("x")) {
      int port = Lab.freePort();
      try (Lab lab = new Lab(settings -> in(settings, state, OnExit.WITHDRAW), addresses, names)) {
        lab.serve(Lab.service("icr", port, Lab.endpoint(peer.port())));
        Lab.eventually(() -> names.services().contains("icr"));
        journal.clear();
        lab.engine().stop().get();
        assertThat(journal)
            .startsWith("names []", "addresses []")
            .contains("names closed", "addresses closed");
      }
      assertThat(refused(port)).isTrue();
      assertThat(Files.readAllLines(state.resolve("published-services"))).isEmpty();
    }
  }

  @Test
  void stopLetsSessionsEndWithinItsTime() throws Exception {
    try (Peer peer = Peer.echo();
        Lab lab = new Lab(settings -> stopping(settings, Duration.ofSeconds(4)))) {
      int port = Lab.freePort();
      lab.serve(Lab.service("icr", port, Lab.endpoint(peer.port())));
      try (Socket session = Lab.connect(port)) {
        assertThat(SessionsTest.echoes(session)).isTrue();
        var stopped = lab.engine().stop();
        assertThat(refused(port)).isTrue();
        assertThat(SessionsTest.echoes(session)).isTrue();
        assertThat(SessionsTest.outcome(session)).isEqualTo("reset");
        stopped.get();
      }
      assertThat(lab.events(SessionEnded.class))
          .extracting(SessionEnded::end)
          .contains(SessionEnd.DRAINED);
    }
  }

  @Test
  void metricsOfAServiceComeAndGoWithIt() throws Exception {
    try (Peer peer = Peer.saying("x");
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      int before = lab.metrics().getNames().size();
      lab.serve(Lab.service("icr", port, Lab.endpoint("e", peer.port(), EndpointRole.PRIMARY)));
      assertThat(Lab.ask(port)).isEqualTo("x");
      String labels = "service=\"icr\",port=\"" + port + "\"";
      assertThat(lab.metrics().getGauges().get("sessions_total{" + labels + "}").getValue())
          .isEqualTo(1L);
      assertThat(
              lab.metrics()
                  .getGauges()
                  .get("endpoint_up{" + labels + ",endpoint=\"e\"}")
                  .getValue())
          .isEqualTo(1);
      lab.apply();
      Lab.eventually(() -> lab.metrics().getNames().size() == before);
    }
  }

  @Test
  void metricsOfAServiceThatMovesOutliveItsOldListener() throws Exception {
    try (Peer peer = Peer.saying("x");
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      Service here = Lab.service("icr", port, Lab.endpoint(peer.port()));
      Service there =
          new Service("icr", here.names(), InetAddress.ofLiteral("127.0.0.2"), here.ports());
      lab.serve(here);
      SortedSet<String> metrics = lab.metrics().getNames();
      lab.serve(there);
      Lab.eventually(() ->
          lab.events(PhaseChanged.class).stream()
              .anyMatch(changed -> changed.phase().equals("gone")));
      assertThat(lab.metrics().getNames()).isEqualTo(metrics);
    }
  }

  private static void leave(ServerSocket squatter) throws IOException {
    squatter.close();
  }

  private static Service ports(ServicePort... ports) {
    return new Service("icr", List.of(new HostName("icr.io")), Lab.LOOPBACK, List.of(ports));
  }

  private static EngineSettings in(EngineSettings old, Path state, OnExit onExit) {
    return new EngineSettings(
        old.dataPath(),
        old.maxSessions(),
        old.nameServers(),
        old.injectors(),
        old.injectionInterval(),
        old.probesAtOnce(),
        old.stopDrain(),
        onExit,
        state);
  }

  private static EngineSettings stopping(EngineSettings old, Duration drain) {
    return new EngineSettings(
        old.dataPath(),
        old.maxSessions(),
        old.nameServers(),
        old.injectors(),
        old.injectionInterval(),
        old.probesAtOnce(),
        drain,
        old.onExit(),
        old.stateDirectory());
  }

  private static List<String> phases(Lab lab, String service) {
    return lab.events(PhaseChanged.class).stream()
        .filter(event -> event.service().equals(service))
        .map(PhaseChanged::phase)
        .toList();
  }

  private static boolean refused(int port) throws IOException {
    long until = System.nanoTime() + 20_000_000_000L;
    while (System.nanoTime() < until) {
      try (Socket open = Lab.connect(port)) {
        open.setSoLinger(true, 0);
      } catch (ConnectException refusal) {
        return true;
      } catch (SocketException caught) {
        // It was still in the backlog when the listener closed.
      }
    }
    return false;
  }
}
