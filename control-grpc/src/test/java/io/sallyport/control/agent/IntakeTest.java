package io.sallyport.control.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.Locality;
import io.sallyport.api.catalog.NodeIdentity;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.catalog.Service;
import io.sallyport.control.agent.Intake.Outcome;
import io.sallyport.control.v1.Problem;
import io.sallyport.control.v1.ServiceAck;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IntakeTest {
  private static final String A = "a.test 127.0.0.11 443";
  private static final String B = "b.test 127.0.0.12 443";

  private final WordsLanguage language = new WordsLanguage();
  private final CaptureGuard captures =
      new CaptureGuard(
          List.of(
              new ControlAddress("control.test", 9443),
              new ControlAddress("10.0.0.9", 9443),
              new ControlAddress("127.0.0.1", 9443)));
  private final Intake intake = intake(RemovalGuard.Policy.REFUSE);

  private Intake intake(RemovalGuard.Policy policy) {
    return new Intake(
        new Judge(language, new NodeIdentity("n1", new Locality("eu", "z1"), Map.of()), captures),
        new RemovalGuard(policy, 50, 1),
        captures,
        4_096);
  }

  @Test
  void incompleteDeltasGatherAndChangeNothing() {
    assertThat(intake.delta(Deltas.to(1).with("a", A).incomplete().build()))
        .isInstanceOf(Outcome.Partial.class);
    assertThat(intake.inForce()).isEmpty();
    assertThat(intake.revision()).isEqualTo(Revision.NONE);

    Outcome.Taken taken = taken(Deltas.to(1).with("b", B));

    assertThat(ids(taken)).containsExactly("a", "b");
    assertThat(taken.catalog().revision()).isEqualTo(new Revision(1, 1));
    assertThat(taken.acks()).allMatch(ServiceAck::hasAccepted).hasSize(2);
  }

  @Test
  void nothingIsRemovedByBeingAbsent() {
    taken(Deltas.to(1).with("a", A).with("b", B));

    assertThat(ids(taken(Deltas.to(2)))).containsExactly("a", "b");
    assertThat(ids(taken(Deltas.to(3).without("a")))).containsExactly("b");
  }

  @Test
  void aBadServiceIsRejectedWithEveryProblemAndTheOthersAreTaken() {
    taken(Deltas.to(1).with("a", A).with("b", B));

    Outcome.Taken taken =
        taken(Deltas.to(2).with("a", "nonsense").with("c", "c.test 127.0.0.13 1"));

    assertThat(ids(taken)).containsExactly("a", "b", "c");
    assertThat(taken.catalog().services().getFirst().names().getFirst().text()).isEqualTo("a.test");
    Problem problem = rejection(taken, "a");
    assertThat(problem.getCode()).isEqualTo("invalid");
    assertThat(problem.getPath()).isEqualTo("adress");
    assertThat(problem.getMessage())
        .isEqualTo("\"nonsense\": unknown key; did you mean \"address\"?");
    assertThat(taken.acks()).filteredOn(ServiceAck::hasAccepted).hasSize(1);
  }

  @Test
  void aRejectedServiceIsToldOncePerStreamAndTakenOnceItIsMended() {
    taken(Deltas.to(1).with("a", "nonsense"));

    assertThat(taken(Deltas.to(2).with("b", B)).acks())
        .extracting(ServiceAck::getService)
        .containsExactly("b");
    intake.hello(false);
    assertThat(intake.delta(Deltas.to(3).with("a", "nonsense").build()))
        .isInstanceOfSatisfying(
            Outcome.Taken.class,
            again -> assertThat(again.acks().getFirst().hasRejected()).isTrue());
    assertThat(ids(taken(Deltas.to(4).with("a", A)))).containsExactly("a", "b");
  }

  @Test
  void ofServicesThatDoNotGoTogetherTheNewOneIsRejected() {
    taken(Deltas.to(1).with("b", B));

    Outcome.Taken taken =
        taken(Deltas.to(2).with("a", "b.test 127.0.0.14 443").with("c", "c.test 127.0.0.13 443"));

    assertThat(ids(taken)).containsExactly("b", "c");
    Problem problem = rejection(taken, "a");
    assertThat(problem.getCode()).isEqualTo("breaks-rules");
    assertThat(problem.getPath()).isEqualTo("names[0]");
    assertThat(problem.getMessage()).contains("is already a name of service b");
  }

  @Test
  void aNewServiceThatWouldCaptureAnOldOnesEndpointIsTheOneRejected() {
    taken(Deltas.to(1).service("a", A).endpoint("a", 443, "private.test"));

    Outcome.Taken taken = taken(Deltas.to(2).with("z", "private.test 127.0.0.14 443"));

    assertThat(ids(taken)).containsExactly("a");
    assertThat(rejection(taken, "z").getMessage()).contains("is a public name of service z");
  }

  @Test
  void anEndpointThatBecomesOneOfTheNodesOwnListenersIsRejected() {
    taken(Deltas.to(1).with("a", A).with("b", B));

    assertThat(rejection(taken(Deltas.to(2).endpoint("a", 443, "127.0.0.12")), "a").getMessage())
        .contains("is the listener of services.b.ports[0]");
    assertThat(rejection(taken(Deltas.to(3).endpoint("a", 443, "b.test")), "a").getMessage())
        .contains("is a public name of service b");
    assertThat(taken(Deltas.to(4).endpoint("a", 443, "10.0.0.7")).acks())
        .singleElement()
        .matches(ServiceAck::hasAccepted);
  }

  @Test
  void aServiceInForceIsRejectedOnceTheControlPlaneIsReachedWhereItListens() {
    taken(Deltas.to(1).with("a", A).with("b", B));
    captures.reached(new InetSocketAddress("127.0.0.11", 443));

    Outcome.Taken taken = taken(Deltas.to(2));

    assertThat(rejection(taken, "a").getCode()).isEqualTo("captures-control-plane");
    assertThat(taken.verdict().rejected()).containsOnlyKeys("a");
  }

  @Test
  void whatWasRejectedForAnotherServiceIsTakenOnceThatIsGone() {
    taken(Deltas.to(1).with("b", B));
    taken(Deltas.to(2).with("a", "b.test 127.0.0.14 443"));

    Outcome.Taken taken = taken(Deltas.to(3).without("b"));

    assertThat(ids(taken)).containsExactly("a");
    assertThat(taken.acks()).singleElement().matches(ServiceAck::hasAccepted);
  }

  @Test
  void swappedNamesAreTakenTogether() {
    taken(Deltas.to(1).with("a", A).with("b", B));

    Outcome.Taken taken =
        taken(Deltas.to(2).with("a", "b.test 127.0.0.11 443").with("b", "a.test 127.0.0.12 443"));

    assertThat(taken.verdict().rejected()).isEmpty();
  }

  @Test
  void aServiceForOtherNodesIsRejected() {
    Outcome.Taken taken = taken(Deltas.to(1).with("a", A + " z2").with("b", B + " z1"));

    assertThat(ids(taken)).containsExactly("b");
    assertThat(rejection(taken, "a").getCode()).isEqualTo("not-for-this-node");
  }

  @Test
  void aServiceThatWouldCaptureTheControlPlaneIsRejected() {
    Outcome.Taken taken =
        taken(
            Deltas.to(1)
                .with("name", "control.test 127.0.0.11 443")
                .with("address", "x.test 10.0.0.9 443")
                .with("listener", "y.test 127.0.0.1 9443")
                .with("fine", "z.test 127.0.0.1 9444"));

    assertThat(ids(taken)).containsExactly("fine");
    for (String captor : List.of("name", "address", "listener")) {
      assertThat(rejection(taken, captor).getCode()).isEqualTo("captures-control-plane");
    }
    assertThat(rejection(taken, "name").getMessage())
        .startsWith("control.test is the control plane's own name");
  }

  @Test
  void endpointsThatAreMissingOrUnknownAreProblemsOfTheirService() {
    Outcome.Taken taken =
        taken(Deltas.to(1).service("a", A).service("b", B).endpoint("b", 444, "10.0.0.1"));

    assertThat(rejection(taken, "a").getCode()).isEqualTo("no-endpoints");
    assertThat(rejection(taken, "b").getMessage()).contains("has no endpoints");
  }

  @Test
  void anOlderRevisionEndsTheStreamAndANewEpochDoesNot() {
    taken(Deltas.to(5).with("a", A));

    assertThat(intake.delta(Deltas.to(4).with("b", B).build()))
        .isInstanceOfSatisfying(
            Outcome.Broken.class,
            broken -> {
              assertThat(broken.reason()).contains("sent revision 1.4, older than 1.5");
              assertThat(broken.anew()).isFalse();
            });
    assertThat(intake.inForce()).containsOnlyKeys("a");
    assertThat(ids(taken(Deltas.to(1, 2, 1).with("b", B)))).containsExactly("a", "b");
  }

  @Test
  void anotherHashAsksForEverythingAnew() {
    taken(Deltas.to(1).with("a", A));

    assertThat(intake.delta(Deltas.to(2).with("b", B).hash("other").build()))
        .isInstanceOfSatisfying(Outcome.Broken.class, broken -> assertThat(broken.anew()).isTrue());
    assertThat(intake.inForce()).containsOnlyKeys("a");
    assertThat(intake.hello(true).getResourcesList()).isEmpty();
    Outcome.Taken taken = taken(Deltas.to(2).with("a", A).with("b", B));
    assertThat(ids(taken)).containsExactly("a", "b");
    // The control plane knows of nothing, and hears of what has not changed, too.
    assertThat(taken.acks())
        .allMatch(ServiceAck::hasAccepted)
        .extracting(ServiceAck::getService)
        .containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void whatIsInForceIsNotToBlameWhenEverythingComesAnew() {
    taken(
        Deltas.to(1)
            .with("b", B)
            .service("c", "c.test 127.0.0.13 443")
            .endpoint("c", 443, "10.0.0.8"));
    taken(Deltas.to(2).with("a", "b.test 127.0.0.14 443").with("n", "n.test 10.0.0.8 443"));
    intake.hello(true);

    Outcome.Taken taken =
        taken(
            Deltas.to(2)
                .with("a", "b.test 127.0.0.14 443")
                .with("n", "n.test 10.0.0.8 443")
                .since(1)
                .with("b", B)
                .service("c", "c.test 127.0.0.13 443")
                .endpoint("c", 443, "10.0.0.8"));

    assertThat(ids(taken)).containsExactly("b", "c");
    assertThat(taken.verdict().rejected()).containsOnlyKeys("a", "n");
    assertThat(taken.acks())
        .filteredOn(ServiceAck::hasAccepted)
        .extracting(ServiceAck::getService)
        .containsExactlyInAnyOrder("b", "c");
  }

  @Test
  void servicesThatChangeTogetherAreTakenThoughANewOneBesideThemIsNot() {
    taken(
        Deltas.to(1)
            .with("a", A)
            .with("b", B)
            .service("c", "c.test 127.0.0.13 443")
            .endpoint("c", 443, "10.0.0.8"));

    Outcome.Taken taken =
        taken(
            Deltas.to(2)
                .with("a", "b.test 127.0.0.11 443")
                .with("b", "a.test 127.0.0.12 443")
                .with("n", "n.test 10.0.0.8 443"));

    assertThat(taken.verdict().rejected()).containsOnlyKeys("n");
    assertThat(taken.verdict().accepted()).containsOnlyKeys("a", "b");
  }

  @Test
  void whatIsInForceAndMissingFromAWholeSnapshotIsRemoved() {
    taken(Deltas.to(1).with("a", A).with("b", B));
    intake.hello(true);

    assertThat(ids(taken(Deltas.to(2).with("b", B)))).containsExactly("b");
  }

  @Test
  void aLargeRemovalIsRejectedUntilAnOperatorConfirmsIt() {
    taken(Deltas.to(1).with("a", A).with("b", B));

    Outcome outcome = intake.delta(Deltas.to(2).without("a").without("b").build());

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Declined.class,
            declined -> {
              assertThat(declined.reason())
                  .isEqualTo(
                      "revision 1.2 takes away 2 of the 2 services, more than control.removal-guard"
                          + " allows; an operator may confirm it");
              assertThat(declined.acks())
                  .hasSize(2)
                  .allSatisfy(ack ->
                      assertThat(ack.getRejected().getProblems(0).getCode())
                          .isEqualTo("large-removal"));
            });
    assertThat(intake.revision()).isEqualTo(new Revision(1, 1));
    assertThat(intake.inForce()).containsOnlyKeys("a", "b");

    Outcome.Taken taken = taken(Deltas.to(2).without("a").without("b").confirmed());
    assertThat(taken.catalog().services()).isEmpty();
    assertThat(taken.catalog().revision()).isEqualTo(new Revision(1, 2));
  }

  @Test
  void aHeldRemovalIsNotRejected() {
    Intake holding = intake(RemovalGuard.Policy.HOLD);
    holding.delta(Deltas.to(1).with("a", A).with("b", B).build());

    assertThat(holding.delta(Deltas.to(2).without("a").without("b").build()))
        .isInstanceOfSatisfying(
            Outcome.Declined.class, declined -> assertThat(declined.acks()).isEmpty());
    assertThat(holding.inForce()).containsOnlyKeys("a", "b");
  }

  @Test
  void aSnapshotThatIsTooLargeEndsTheStream() {
    String long1 = "a".repeat(5_000) + " 127.0.0.11 443";

    assertThat(intake.delta(Deltas.to(1).service("a", long1).incomplete().build()))
        .isInstanceOfSatisfying(
            Outcome.Broken.class,
            broken -> assertThat(broken.reason()).contains("larger than control.max-snapshot"));
  }

  @Test
  void whatHasNotChangedIsNotReadAgain() {
    taken(Deltas.to(1).with("a", A).with("b", B).with("bad", "nonsense"));
    assertThat(language.reads).hasValue(3);

    taken(Deltas.to(2).endpoint("a", 443, "10.0.0.2"));
    assertThat(language.reads).hasValue(3);
    taken(Deltas.to(3).with("b", B));
    assertThat(language.reads).hasValue(4);
  }

  @Test
  void helloNamesWhatIsInForceAndNotWhatWasRejected() {
    taken(Deltas.to(1).with("a", A));
    taken(Deltas.to(2).with("a", "nonsense").with("b", B));

    var hello = intake.hello(false);

    assertThat(hello.getRevision().getNumber()).isEqualTo(2);
    assertThat(hello.getResourcesList())
        .extracting(r -> r.getName().getService() + " " + r.getVersion().getNumber())
        .containsExactly("a 1", "a 1", "b 2", "b 2");
  }

  @Test
  void whatIsKeptComesBackTheSame() {
    taken(Deltas.to(7).with("a", A).with("b", B).with("bad", "nonsense"));
    var kept = intake.kept("n1", "c", Instant.ofEpochSecond(100));

    Intake after = intake(RemovalGuard.Policy.REFUSE);
    Outcome.Taken restored = after.restore(kept);

    assertThat(ids(restored)).containsExactly("a", "b");
    assertThat(after.revision()).isEqualTo(new Revision(1, 7));
    assertThat(after.hello(false).build()).isEqualTo(intake.hello(false).build());
  }

  private Outcome.Taken taken(Deltas delta) {
    return (Outcome.Taken) intake.delta(delta.build());
  }

  private static List<String> ids(Outcome.Taken taken) {
    return taken.catalog().services().stream().map(Service::id).toList();
  }

  private static Problem rejection(Outcome.Taken taken, String service) {
    return taken.acks().stream()
        .filter(ack -> ack.getService().equals(service))
        .findFirst()
        .orElseThrow()
        .getRejected()
        .getProblems(0);
  }
}
