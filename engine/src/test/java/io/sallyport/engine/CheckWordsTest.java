package io.sallyport.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.AllDown;
import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.EndpointRole;
import io.sallyport.api.catalog.HealthPolicy;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.catalog.OnDown;
import io.sallyport.api.catalog.OnUp;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.health.CheckAdvice;
import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.health.CheckTarget;
import io.sallyport.api.health.HealthCheck;
import io.sallyport.api.health.HealthCheckContext;
import io.sallyport.api.health.HealthCheckFactory;
import io.sallyport.api.plugin.Strategy;
import io.sallyport.engine.TestStrategies.Nothing;
import io.sallyport.engine.event.EngineEvent.EndpointAdvised;
import io.sallyport.engine.event.EngineEvent.EndpointWarned;
import io.sallyport.engine.event.SessionEnd;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** What a check says beside its verdict: warnings, and what the endpoint asks for. */
final class CheckWordsTest {
  /** Passes always, and says what the test wants said of each endpoint. */
  private static final class Told implements HealthCheckFactory<Nothing> {
    private final Map<String, CheckResult> words = new ConcurrentHashMap<>();
    private final Map<String, CheckTarget> targets = new ConcurrentHashMap<>();
    private volatile boolean commands;

    @Override
    public String type() {
      return "told";
    }

    @Override
    public Class<Nothing> settingsType() {
      return Nothing.class;
    }

    @Override
    public Nothing parse(ConfigSection section) {
      return new Nothing();
    }

    @Override
    public HealthCheck create(Nothing settings, HealthCheckContext context) {
      commands = context.commands().isPresent();
      return target -> {
        targets.put(target.endpoint(), target);
        return CompletableFuture.completedFuture(
            words.getOrDefault(
                target.endpoint(), CheckResult.of(CheckStatus.LAYER7_PASSED, "fine")));
      };
    }

    void advise(String endpoint, int weight, int sessions, EndpointMode mode) {
      CheckAdvice advice =
          new CheckAdvice(
              weight < 0 ? OptionalInt.empty() : OptionalInt.of(weight),
              sessions < 0 ? OptionalInt.empty() : OptionalInt.of(sessions),
              Optional.ofNullable(mode));
      words.put(
          endpoint, CheckResult.of(CheckStatus.LAYER7_PASSED, "").advising(Optional.of(advice)));
    }
  }

  private final Told told = new Told();

  private Lab lab(ExternalCommands commands) {
    Strategies known = TestStrategies.with();
    Map<String, HealthCheckFactory<?>> checks = new HashMap<>(known.healthChecks());
    checks.put(told.type(), told);
    return new Lab(
        old ->
            new EngineSettings(
                old.dataPath(),
                old.maxSessions(),
                old.nameServers(),
                old.injectors(),
                old.injectionInterval(),
                old.probesAtOnce(),
                commands,
                old.stopDrain(),
                old.onExit(),
                old.stateDirectory(),
                old.locality()),
        new Strategies(known.balancers(), checks, known.hostInjectors()));
  }

  private static ServicePort told(ServicePort port) {
    HealthPolicy old = port.health();
    return new ServicePort(
        port.listen(),
        port.endpoints(),
        port.balancer(),
        new HealthPolicy(
            new Strategy("told", new Nothing()),
            Duration.ofMillis(20),
            Duration.ofMillis(20),
            Duration.ofMillis(20),
            old.timeout(),
            old.rise(),
            old.fall(),
            old.port()),
        port.timeouts(),
        port.tcp(),
        port.connectAttempts(),
        port.maxSessions(),
        OnDown.CLOSE_SESSIONS,
        OnUp.KEEP_BACKUP_SESSIONS,
        AllDown.FAIL_CLOSED);
  }

  private static Service service(int listen, Endpoint... endpoints) {
    return Lab.service("icr", CheckWordsTest::told, listen, endpoints);
  }

  private static Endpoint weighty(String name, int port) {
    return new Endpoint(
        name, "127.0.0.1", port, "", 80, EndpointRole.PRIMARY, EndpointMode.ENABLED, true);
  }

  @Test
  void endpointThatAsksForDrainTakesNoNewSessionsUntilItIsReady() throws Exception {
    try (Peer a = Peer.saying("a");
        Peer b = Peer.saying("b");
        Lab lab = lab(ExternalCommands.REFUSE)) {
      int port = Lab.freePort();
      lab.serve(service(port, weighty("a", a.port()), weighty("b", b.port())));
      told.advise("a", -1, -1, EndpointMode.DRAIN);
      Lab.eventually(() -> lab.endpoint("icr", "a").mode().equals("drain"));
      for (int i = 0; i < 6; i++) {
        assertThat(Lab.ask(port)).isEqualTo("b");
      }
      assertThat(lab.endpoint("icr", "a").up()).isTrue();

      // Later words that say nothing of the mode leave it as it is.
      told.advise("a", 50, -1, null);
      Lab.eventually(() -> lab.endpoint("icr", "a").weight() == 40);
      assertThat(lab.endpoint("icr", "a").mode()).isEqualTo("drain");
      told.advise("a", -1, -1, EndpointMode.ENABLED);
      Lab.eventually(() -> lab.endpoint("icr", "a").mode().equals("enabled"));
      assertThat(List.of(Lab.ask(port), Lab.ask(port))).containsExactlyInAnyOrder("a", "b");
      assertThat(lab.events(EndpointAdvised.class))
          .containsExactly(
              new EndpointAdvised("icr", port, "a", EndpointMode.DRAIN, 80, 0),
              new EndpointAdvised("icr", port, "a", EndpointMode.DRAIN, 40, 0),
              new EndpointAdvised("icr", port, "a", EndpointMode.ENABLED, 40, 0));
    }
  }

  @Test
  void weightOfNothingIsADrainAndNoneIsLostToRounding() throws Exception {
    try (Peer a = Peer.saying("a");
        Lab lab = lab(ExternalCommands.REFUSE)) {
      int port = Lab.freePort();
      lab.serve(service(port, weighty("a", a.port())));
      told.advise("a", 1, -1, null);
      Lab.eventually(() -> lab.endpoint("icr", "a").weight() == 1);
      assertThat(Lab.ask(port)).isEqualTo("a");
      assertThat(lab.ended(1).end()).isEqualTo(SessionEnd.COMPLETED);
      told.advise("a", 1000, -1, null);
      Lab.eventually(() -> lab.endpoint("icr", "a").weight() == Endpoint.MOST_WEIGHT);
      told.advise("a", 0, -1, null);
      Lab.eventually(() -> lab.endpoint("icr", "a").mode().equals("drain"));
      try {
        assertThat(Lab.ask(port)).isEmpty();
      } catch (IOException reset) {
        // The system may tell it so.
      }
      assertThat(lab.ended(2).end()).isEqualTo(SessionEnd.NO_ENDPOINT);
    }
  }

  @Test
  void endpointThatAsksForFewSessionsGetsNoMore() throws Exception {
    try (Peer a = Peer.echo();
        Peer b = Peer.saying("b");
        Lab lab = lab(ExternalCommands.REFUSE)) {
      int port = Lab.freePort();
      lab.serve(service(port, weighty("a", a.port()), Lab.backup(b.port())));
      told.advise("a", -1, 1, null);
      Lab.eventually(() -> !lab.events(EndpointAdvised.class).isEmpty());
      try (Socket session = Lab.connect(port)) {
        assertThat(SessionsTest.echoes(session)).isTrue();
        assertThat(Lab.ask(port)).isEqualTo("b");
        assertThat(Lab.ask(port)).isEqualTo("b");
      }
      Lab.eventually(() -> lab.endpoint("icr", "a").activeSessions() == 0);
      try (Socket session = Lab.connect(port)) {
        assertThat(SessionsTest.echoes(session)).isTrue();
      }
    }
  }

  @Test
  void endpointThatAsksForMaintenanceIsLeftAndStillAsked() throws Exception {
    try (Peer a = Peer.echo();
        Lab lab = lab(ExternalCommands.REFUSE)) {
      int port = Lab.freePort();
      lab.serve(service(port, weighty("a", a.port())));
      try (Socket session = Lab.connect(port)) {
        assertThat(SessionsTest.echoes(session)).isTrue();
        told.advise("a", -1, -1, EndpointMode.MAINTENANCE);
        assertThat(lab.ended(1).end()).isEqualTo(SessionEnd.ENDPOINT_DOWN);
      }
      assertThat(lab.endpoint("icr", "a").mode()).isEqualTo("maintenance");
      told.advise("a", -1, -1, EndpointMode.ENABLED);
      Lab.eventually(() -> lab.endpoint("icr", "a").mode().equals("enabled"));
    }
  }

  @Test
  void warningIsToldOnceAndAgainWhenItIsOver() throws Exception {
    try (Peer a = Peer.saying("a");
        Lab lab = lab(ExternalCommands.REFUSE)) {
      int port = Lab.freePort();
      lab.serve(service(port, weighty("a", a.port())));
      CheckResult passed = CheckResult.of(CheckStatus.LAYER6_PASSED, "");
      told.words.put("a", passed.warning("certificate ends in 3 days"));
      Lab.eventually(() -> !lab.status().faults().isEmpty());
      assertThat(lab.status().faults())
          .containsExactly("icr:" + port + ": endpoint a needs care: certificate ends in 3 days");
      // What cannot be asked for tells nothing of the certificate.
      told.words.put("a", CheckResult.of(CheckStatus.LAYER4_TIMEOUT, ""));
      Lab.eventually(() -> lab.endpoint("icr", "a").health().contains("DOWN"));
      assertThat(lab.events(EndpointWarned.class)).hasSize(1);
      told.words.put("a", passed);
      Lab.eventually(() -> lab.status().faults().isEmpty());
      assertThat(lab.events(EndpointWarned.class))
          .containsExactly(
              new EndpointWarned("icr", port, "a", "certificate ends in 3 days"),
              new EndpointWarned("icr", port, "a", ""));
    }
  }

  @Test
  void checkKnowsTheServicesNamesAndWhetherItMayRunCommands() throws Exception {
    try (Peer a = Peer.saying("a")) {
      int port = Lab.freePort();
      try (Lab lab = lab(ExternalCommands.REFUSE)) {
        lab.serve(service(port, weighty("a", a.port())));
        assertThat(told.targets.get("a").names()).containsExactly(new HostName("icr.example.com"));
        assertThat(told.targets.get("a").realName()).isEqualTo("icr.example.com");
        assertThat(told.commands).isFalse();
      }
      try (Lab lab = lab(ExternalCommands.ALLOW)) {
        lab.serve(service(port, weighty("a", a.port())));
        assertThat(told.commands).isTrue();
      }
    }
  }
}
