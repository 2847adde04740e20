package io.sallyport.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.BalancerContext;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.plugin.Strategy;
import io.sallyport.engine.TestStrategies.Nothing;
import io.sallyport.engine.event.EngineEvent.SessionEnded;
import io.sallyport.engine.event.SessionEnd;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Plugins that fail cost what they are asked for, and nothing else. */
final class PluginFaultsTest {
  /** A balancer that fails where it is told to. */
  private record Failing(String type, Balancer made) implements BalancerFactory<Nothing> {
    @Override
    public Class<Nothing> settingsType() {
      return Nothing.class;
    }

    @Override
    public Nothing parse(ConfigSection section) {
      return new Nothing();
    }

    @Override
    public Balancer create(Nothing settings, BalancerContext context) {
      if (type.equals("unmakeable")) {
        throw new NoSuchMethodError("of a library that is not there");
      }
      return made;
    }

    Strategy strategy() {
      return new Strategy(type, new Nothing());
    }
  }

  private static final Failing UNMAKEABLE = new Failing("unmakeable", candidates -> request -> 0);
  private static final Failing PICKLESS =
      new Failing(
          "pickless",
          candidates ->
              request -> {
                throw new NoSuchMethodError("of a library that is not there");
              });
  private static final Failing PICKERLESS =
      new Failing(
          "pickerless",
          candidates -> {
            throw new IllegalStateException("no picker today");
          });
  private static final Failing WILD = new Failing("wild", candidates -> request -> 4711);

  private static Lab lab() {
    return new Lab(List.of(UNMAKEABLE, PICKLESS, PICKERLESS, WILD));
  }

  private static Service balanced(String id, Failing balancer, int listen, Peer peer) {
    return Lab.service(id, port -> balanced(port, balancer), listen, Lab.endpoint(peer.port()));
  }

  private static ServicePort balanced(ServicePort port, Failing balancer) {
    return new ServicePort(
        port.listen(),
        port.endpoints(),
        balancer.strategy(),
        port.health(),
        port.timeouts(),
        port.tcp(),
        port.connectAttempts(),
        port.maxSessions(),
        port.onDown(),
        port.onUp(),
        port.allDown());
  }

  @Test
  void serviceWhoseBalancerCannotBeMadeFailsAloneAndIsRepairedByTheNextCatalog() throws Exception {
    try (Peer peer = Peer.saying("x");
        Lab lab = lab()) {
      int bad = Lab.freePort();
      int before = Lab.freePort();
      int after = Lab.freePort();
      Service first = Lab.service("before", before, Lab.endpoint(peer.port()));
      Service last = Lab.service("after", after, Lab.endpoint(peer.port()));
      ApplyReport report = lab.apply(first, balanced("bad", UNMAKEABLE, bad, peer), last);

      assertThat(report.faults())
          .contains(
              "service bad (failed): the balancer \"unmakeable\" cannot be made:"
                  + " java.lang.NoSuchMethodError: of a library that is not there");
      assertThat(lab.service("bad").phase()).isEqualTo("failed");
      lab.engine().ready().join();
      assertThat(Lab.ask(before)).isEqualTo("x");
      assertThat(Lab.ask(after)).isEqualTo("x");

      lab.serve(first, Lab.service("bad", bad, Lab.endpoint(peer.port())), last);
      assertThat(Lab.ask(bad)).isEqualTo("x");
      assertThat(lab.status().faults()).isEmpty();
    }
  }

  @Test
  void portThatCannotTakeItsNewBalancerKeepsTheOldOneAndSaysSo() throws Exception {
    try (Peer peer = Peer.echo();
        Lab lab = lab()) {
      int port = Lab.freePort();
      lab.serve(Lab.service("icr", port, Lab.endpoint(peer.port())));
      try (Socket session = Lab.connect(port)) {
        assertThat(SessionsTest.echoes(session)).isTrue();
        assertThat(lab.apply(balanced("icr", UNMAKEABLE, port, peer)).faults())
            .singleElement()
            .asString()
            .startsWith("listener 127.0.0.1:" + port + " of service icr: keeps its old settings: ")
            .contains("unmakeable");
        assertThat(SessionsTest.echoes(session)).isTrue();
      }
      try (Socket session = Lab.connect(port)) {
        assertThat(SessionsTest.echoes(session)).isTrue();
      }
    }
  }

  @Test
  void balancersThatFailWhileTheyBalanceAreDoneWithout() throws Exception {
    for (Failing balancer : List.of(PICKLESS, PICKERLESS, WILD)) {
      try (Peer peer = Peer.saying("x");
          Lab lab = lab()) {
        int port = Lab.freePort();
        lab.serve(balanced("icr", balancer, port, peer));
        for (int i = 0; i < 5; i++) {
          assertThat(Lab.ask(port)).as(balancer.type()).isEqualTo("x");
        }
        lab.ended(5);
        assertThat(lab.events(SessionEnded.class))
            .as(balancer.type())
            .allMatch(ended -> ended.end() == SessionEnd.COMPLETED);
      }
    }
  }

  @Test
  void everyFaultIsCountedByItsTypeAndSessionsGoOn() throws Exception {
    try (Peer peer = Peer.saying("x");
        Lab lab = lab()) {
      int port = Lab.freePort();
      lab.apply(balanced("icr", PICKLESS, port, peer));
      lab.engine().ready().join();
      assertThat(Lab.ask(port)).isEqualTo("x");
      assertThat(Lab.ask(port)).isEqualTo("x");
      assertThat(
              lab.metrics()
                  .counter("plugin_faults_total{kind=\"balancer\",type=\"pickless\"}")
                  .getCount())
          .isGreaterThanOrEqualTo(2);
    }
  }
}
