package io.sallyport.control.operate;

import static io.sallyport.control.operate.TestServices.resource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.operate.client.ClientSettings;
import io.sallyport.control.operate.client.ControlAddress;
import io.sallyport.control.operate.client.OperationsClient;
import io.sallyport.control.operate.client.OperationsException;
import io.sallyport.control.operate.rollout.RolloutTimings;
import io.sallyport.control.resource.ResourceKey;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.v1.ApplyHead;
import io.sallyport.control.v1.ApplyReply;
import io.sallyport.control.v1.ApplyReply.Outcome;
import io.sallyport.control.v1.ApplyRequest;
import io.sallyport.control.v1.CatalogPart;
import io.sallyport.control.v1.Change;
import io.sallyport.control.v1.DiffReply;
import io.sallyport.control.v1.Difference;
import io.sallyport.control.v1.GetCatalogRequest;
import io.sallyport.control.v1.Node;
import io.sallyport.control.v1.NodeEvent;
import io.sallyport.control.v1.NodeState;
import io.sallyport.control.v1.NodesRequest;
import io.sallyport.control.v1.OperationsGrpc;
import io.sallyport.control.v1.Problem;
import io.sallyport.control.v1.Resource;
import io.sallyport.control.v1.Resources;
import io.sallyport.control.v1.RollbackRequest;
import io.sallyport.control.v1.Rollout;
import io.sallyport.control.v1.RolloutPlan;
import io.sallyport.control.v1.RolloutStage;
import io.sallyport.control.v1.ServiceState;
import io.sallyport.control.v1.StartRolloutHead;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators may ask, and what comes of it, over a real socket. */
class OperationsServiceTest {
  private static final ApplyHead WHOLE = ApplyHead.newBuilder().setWhole(true).build();
  private static final ApplyHead PART = ApplyHead.getDefaultInstance();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path directory;
  private TestPlane plane;

  @BeforeEach
  void begin() {
    plane = new TestPlane(directory, new FakeTime(), RolloutTimings.USUAL);
  }

  @AfterEach
  void end() {
    plane.close();
  }

  @Test
  void tellsCallersWhoTheyAre() {
    var self = plane.client("editor:ann").self();
    assertThat(self.getName()).isEqualTo("ann");
    assertThat(self.getRole()).isEqualTo("editor");
    assertThat(self.getReplica()).isEqualTo("r1");
    assertThat(plane.client("anyone:me").self().getRole()).isEqualTo("admin");
  }

  @Test
  void whoHasNotTheRoleIsRefusedAndThatIsAudited() {
    OperationsClient viewer = plane.client("viewer:vic");

    assertThatThrownBy(() -> viewer.apply(WHOLE, List.of(resource("a", "127.20.0.1", "10.0.0.1"))))
        .isInstanceOf(OperationsException.class)
        .hasMessageContaining(
            "\"vic\", a viewer, may not do catalog.apply: it needs the role editor");
    assertThat(plane.audited).contains("vic catalog.apply  refused: needs the role editor");
    assertThat(plane.store.head().newest().revision()).isEqualTo(Revision.NONE);
    assertThat(
            viewer
                .apply(
                    WHOLE.toBuilder().setDryRun(true).build(),
                    List.of(resource("a", "127.20.0.1", "10.0.0.1")))
                .getOutcome())
        .as("a dry run changes nothing")
        .isEqualTo(Outcome.OUTCOME_WOULD_APPLY);
    assertThatThrownBy(
            () -> viewer.rollback(RollbackRequest.newBuilder().setTo(message(1, 1)).build()))
        .hasMessageContaining("needs the role editor");
  }

  @Test
  void dryRunsOfAllCallersShareOneBound() throws Exception {
    List<Resource> large = new ArrayList<>();
    for (int service = 0; service < 10; service++) {
      Resource.Builder one = resource("s" + service, "127.20.0." + service, "10.0.0.1").toBuilder();
      one.getServiceBuilder().setDefinition("x".repeat(1 << 19));
      large.add(one.build());
    }
    ApplyHead dry = WHOLE.toBuilder().setDryRun(true).build();
    var channel = NettyChannelBuilder.forAddress("127.0.0.1", plane.port()).usePlaintext().build();
    try {
      var holding =
          OperationsGrpc.newStub(channel)
              .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(token("viewer:vic")))
              .apply(new Nobody());
      holding.onNext(ApplyRequest.newBuilder().setHead(dry).build());
      for (Resource one : large) {
        holding.onNext(
            ApplyRequest.newBuilder()
                .setResources(Resources.newBuilder().addResources(one))
                .build());
      }
      await().atMost(PATIENCE).until(() -> plane.underWay() > 10 << 20);
      OperationsClient other = plane.client("viewer:vera");
      assertThatThrownBy(() -> other.apply(dry, large))
          .hasMessageContaining(
              "the catalogs that are under way take 16 MiB of the heap together, which is all that"
                  + " this control plane has for them; try again when others are done");
      assertThat(
              plane
                  .client("editor:ann")
                  .apply(WHOLE, List.of(resource("a", "127.20.0.1", "10.0.0.1")))
                  .getOutcome())
          .isEqualTo(Outcome.OUTCOME_APPLIED);

      holding.onError(Status.CANCELLED.asException());
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(() -> other.apply(dry, large).getOutcome() != Outcome.OUTCOME_APPLIED);
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void aCatalogThatWillNeverFitIsRefusedWithTheLimitAndTheRemedy() {
    List<Resource> large = new ArrayList<>();
    for (int service = 0; service < 17; service++) {
      Resource.Builder one = resource("s" + service, "127.20.0." + service, "10.0.0.1").toBuilder();
      one.getServiceBuilder().setDefinition("x".repeat(1 << 19));
      large.add(one.build());
    }
    assertThatThrownBy(() -> plane.client("editor:ann").apply(WHOLE, large))
        .hasMessage(
            "this alone would take more than the 16 MiB of the heap that this control plane has for"
                + " all catalogs under way; send it in parts (sallyport catalog apply --partial),"
                + " or give the control plane a larger heap (-Xmx in SALLYPORT_JAVA_OPTS)");
    stored(17);
    assertThatThrownBy(() -> plane.client("viewer:vic").catalog(Optional.empty()))
        .hasMessage(
            "this alone would take more than the 16 MiB of the heap that this control plane has for"
                + " all catalogs under way; give the control plane a larger heap (-Xmx in"
                + " SALLYPORT_JAVA_OPTS)");
  }

  @Test
  void aDeafReaderKeepsItsRoomForAMinuteAndNoLonger() throws Exception {
    stored(10);
    OperationsClient other = plane.client("viewer:vera");
    var channel = NettyChannelBuilder.forAddress("127.0.0.1", plane.port()).usePlaintext().build();
    try {
      DeafReader deaf = deafReader(channel);

      assertThatThrownBy(() -> other.catalog(Optional.empty()))
          .hasMessageContaining("try again when others are done");
      plane.ticking.addAndGet(TimeUnit.SECONDS.toNanos(59));
      assertThatThrownBy(() -> other.catalog(Optional.empty()))
          .hasMessageContaining("try again when others are done");
      plane.ticking.addAndGet(TimeUnit.SECONDS.toNanos(2));
      assertThat(other.catalog(Optional.empty()).services()).hasSize(40);

      deaf.call.get().request(Integer.MAX_VALUE);
      assertThat(deaf.end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .isEqualTo(
              "DEADLINE_EXCEEDED: the answer was not read within 60 s, and others needed the room;"
                  + " ask again, and read faster");
      assertThat(deaf.parts).as("most of it was not sent").hasSizeLessThan(10);
      for (int reader = 0; reader < 3; reader++) {
        untilRead(other);
      }
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void everyCallGivesItsRoomBackHoweverItEnds() {
    Revision first = plane.applied(resource("a", "127.20.0.1", "10.0.0.1"));
    plane.applied(resource("a", "127.20.0.1", "10.0.0.2"));
    OperationsClient ann = plane.client("editor:ann");
    ann.catalog(Optional.of(first));
    ann.diff(first, Optional.empty());
    ann.rollback(RollbackRequest.newBuilder().setTo(Revisions.message(first)).build());
    ann.apply(WHOLE, List.of(Resource.getDefaultInstance()));
    assertThatThrownBy(() -> ann.catalog(Optional.of(new Revision(7, 7))))
        .hasMessageStartingWith("there is no revision 7.7");
    assertThatThrownBy(() -> ann.diff(new Revision(7, 7), Optional.empty()))
        .hasMessageStartingWith("there is no revision 7.7");
    assertThatThrownBy(() -> plane.client("viewer:vic").apply(WHOLE, List.of()))
        .hasMessageContaining("needs the role editor");
    await().atMost(PATIENCE).until(() -> plane.underWay() == 0);
  }

  @Test
  void aDeafReaderThatGoesGivesItsRoomBack() throws Exception {
    stored(10);
    OperationsClient other = plane.client("viewer:vera");
    var channel = NettyChannelBuilder.forAddress("127.0.0.1", plane.port()).usePlaintext().build();
    var _ = deafReader(channel);
    assertThatThrownBy(() -> other.catalog(Optional.empty()))
        .hasMessageContaining("try again when others are done");

    channel.shutdownNow();

    untilRead(other);
    await().atMost(PATIENCE).until(() -> plane.underWay() == 0);
  }

  /** One that has taken the first part of a catalog, and asks for no more. */
  private static DeafReader deafReader(Channel channel) throws Exception {
    DeafReader deaf = new DeafReader();
    OperationsGrpc.newStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(token("viewer:vic")))
        .getCatalog(GetCatalogRequest.getDefaultInstance(), deaf);
    deaf.call.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).request(1);
    assertThat(deaf.parts.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isNotNull();
    return deaf;
  }

  /** A catalog of so many MiB, most of them leading zeros of ports. */
  private void stored(int mib) {
    Map<ResourceKey, ByteString> writes = new HashMap<>();
    for (int service = 0; service < 4 * mib; service++) {
      String name = "s" + service;
      writes.put(
          ResourceKey.service(name),
          io.sallyport.control.v1.Service.newBuilder()
              .setName(name)
              .setDefinition(
                  name + "|127.20.0.1|" + name + ".example|" + "0".repeat(1 << 18) + "443")
              .build()
              .toByteString());
    }
    plane
        .store
        .commit(
            new io.sallyport.control.store.Change(
                Revision.NONE,
                "ann",
                "",
                writes,
                Set.of(),
                Revision.NONE,
                false,
                new io.sallyport.control.store.Change.ReleaseChange.None()))
        .join();
  }

  /** Reads a catalog as soon as the reader before has given its room back. */
  private static void untilRead(OperationsClient client) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> client.catalog(Optional.empty()).services().size() == 40);
  }

  private static Metadata token(String who) {
    Metadata token = new Metadata();
    token.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + who);
    return token;
  }

  /** Takes no more than it asks for. */
  private static final class DeafReader
      implements ClientResponseObserver<GetCatalogRequest, CatalogPart> {
    private final CompletableFuture<ClientCallStreamObserver<GetCatalogRequest>> call =
        new CompletableFuture<>();
    private final BlockingQueue<CatalogPart> parts = new LinkedBlockingQueue<>();
    private final CompletableFuture<String> end = new CompletableFuture<>();

    @Override
    public void beforeStart(ClientCallStreamObserver<GetCatalogRequest> stream) {
      stream.disableAutoRequestWithInitial(0);
      call.complete(stream);
    }

    @Override
    public void onNext(CatalogPart part) {
      parts.add(part);
    }

    @Override
    public void onError(Throwable failed) {
      end.complete(failed.getMessage());
    }

    @Override
    public void onCompleted() {
      end.complete("OK");
    }
  }

  private static final class Nobody implements StreamObserver<ApplyReply> {
    @Override
    public void onNext(ApplyReply reply) {}

    @Override
    public void onError(Throwable failed) {}

    @Override
    public void onCompleted() {}
  }

  @Test
  void removalsThatWereMadeCanBeConfirmedAfterwards() {
    OperationsClient ann = plane.client("editor:ann");
    List<Resource> one = List.of(resource("a", "127.20.0.1", "10.0.0.1"));
    ann.apply(WHOLE, List.of(one.getFirst(), resource("b", "127.20.0.2", "10.0.0.2")));
    ann.apply(WHOLE, one);
    assertThat(plane.store.head().removalsConfirmedUpTo()).isEqualTo(Revision.NONE);

    ApplyHead confirming = WHOLE.toBuilder().setLargeRemovalConfirmed(true).build();
    ApplyReply reply = ann.apply(confirming, one);

    assertThat(reply.getOutcome()).isEqualTo(Outcome.OUTCOME_APPLIED);
    assertThat(reply.getDifferencesList()).isEmpty();
    assertThat(plane.store.head().removalsConfirmedUpTo())
        .isEqualTo(Revisions.of(reply.getRevision()));
    assertThat(ann.apply(confirming, one).getOutcome()).isEqualTo(Outcome.OUTCOME_UNCHANGED);
  }

  @Test
  void nodesMayNothingAndReplicasOnlyTheNodesOfThisOne() {
    assertThatThrownBy(() -> plane.client("node:n1"))
        .hasMessageContaining("\"n1\", a node, may not do who-am-i");
    assertThatThrownBy(() -> plane.client("replica:r2"))
        .hasMessageContaining("\"r2\", a replica, may not do who-am-i");
  }

  @Test
  void aChangeIsATransactionWithAuthorCommentAndTime() {
    OperationsClient ann = plane.client("editor:ann");
    ApplyReply first =
        ann.apply(
            WHOLE.toBuilder().setComment("the first").build(),
            List.of(
                resource("a", "127.20.0.1", "10.0.0.1"), resource("b", "127.20.0.2", "10.0.0.2")));

    assertThat(first.getOutcome()).isEqualTo(Outcome.OUTCOME_APPLIED);
    assertThat(first.getDifferencesList())
        .extracting(Difference::getService)
        .containsExactly("a", "b");
    assertThat(first.getDifferencesList())
        .extracting(Difference::getKind)
        .containsOnly(Difference.Kind.KIND_ADDED);

    ApplyReply second =
        ann.apply(WHOLE, List.of(resource("a", "127.20.0.1", "10.0.0.1", "10.0.0.9")));
    assertThat(second.getDifferencesList())
        .extracting(Difference::getKind)
        .containsExactly(Difference.Kind.KIND_CHANGED, Difference.Kind.KIND_REMOVED);
    Difference changed = second.getDifferences(0);
    assertThat(changed.getBefore().getEndpoints().getPorts(0).getEndpointsCount()).isEqualTo(1);
    assertThat(changed.getAfter().getEndpoints().getPorts(0).getEndpointsCount()).isEqualTo(2);

    List<Change> history = ann.history(Revision.NONE, 10);
    assertThat(history).extracting(Change::getAuthor).containsExactly("ann", "ann");
    assertThat(history).extracting(Change::getComment).containsExactly("", "the first");
    assertThat(history.getFirst().getChangedList()).containsExactly("a");
    assertThat(history.getFirst().getRemovedList()).containsExactly("b");
    assertThat(ann.history(Revisions.of(history.getFirst().getRevision()), 10)).hasSize(1);
    plane.untilAudited("ann catalog.apply  applied " + Revisions.of(second.getRevision()));
  }

  @Test
  void endpointsAloneLeaveTheServiceResourceAsItIs() {
    Revision first = plane.applied(resource("a", "127.20.0.1", "10.0.0.1"));
    Revision second = plane.applied(resource("a", "127.20.0.1", "10.0.0.2"));

    Resource now = plane.client("viewer:vic").catalog(Optional.empty()).services().getFirst();
    assertThat(Revisions.of(now.getServiceVersion())).isEqualTo(first);
    assertThat(Revisions.of(now.getEndpointsVersion())).isEqualTo(second);
  }

  @Test
  void aPartLeavesTheOtherServicesAndRemovesWhatIsNamed() {
    plane.applied(
        resource("a", "127.20.0.1", "10.0.0.1"),
        resource("b", "127.20.0.2", "10.0.0.2"),
        resource("c", "127.20.0.3", "10.0.0.3"));
    OperationsClient ann = plane.client("editor:ann");

    ApplyReply reply =
        ann.apply(
            PART.toBuilder().addRemoved("b").build(),
            List.of(resource("d", "127.20.0.4", "10.0.0.4")));

    assertThat(reply.getOutcome()).isEqualTo(Outcome.OUTCOME_APPLIED);
    assertThat(ann.catalog(Optional.empty()).services())
        .extracting(resource -> resource.getService().getName())
        .containsExactly("a", "c", "d");
  }

  @Test
  void whatIsThereAlreadyMakesNoRevision() {
    Revision first = plane.applied(resource("a", "127.20.0.1", "10.0.0.1"));
    ApplyReply reply =
        plane.client("editor:ann").apply(WHOLE, List.of(resource("a", "127.20.0.1", "10.0.0.1")));

    assertThat(reply.getOutcome()).isEqualTo(Outcome.OUTCOME_UNCHANGED);
    assertThat(Revisions.of(reply.getRevision())).isEqualTo(first);
    assertThat(reply.getDifferencesList()).isEmpty();
  }

  @Test
  void everyProblemIsToldAtOnceWithPathCodeAndRemedy() {
    plane.applied(resource("old", "127.20.0.1", "10.0.0.1"));
    Resource broken =
        Resource.newBuilder()
            .setService(
                io.sallyport.control.v1.Service.newBuilder()
                    .setName("broken")
                    .setDefinition("no such thing"))
            .setEndpoints(io.sallyport.control.v1.Endpoints.newBuilder().setService("broken"))
            .build();

    ApplyReply reply =
        plane
            .client("editor:ann")
            .apply(
                PART.toBuilder().addRemoved("nowhere").build(),
                List.of(broken, resource("new", "127.20.0.1", "10.0.0.2")));

    assertThat(reply.getOutcome()).isEqualTo(Outcome.OUTCOME_REFUSED);
    assertThat(reply.getProblemsList())
        .extracting(Problem::getCode, Problem::getPath, Problem::getMessage)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple(
                "unknown-service",
                "services.nowhere",
                "is to be removed, and is not in the catalog; see what is: sallyport catalog"
                    + " show"),
            org.assertj.core.groups.Tuple.tuple(
                "bad-service",
                "services.broken.address",
                "\"no such thing\" is not understood; write another one"),
            org.assertj.core.groups.Tuple.tuple(
                "broken-rule",
                "services.old.ports[0]",
                "\"443\" would listen on 127.20.0.1:443, which services.new.ports[0] already"
                    + " does; give one of them another port or address, or let both say route {"
                    + " by = sni }"));
    plane.untilAudited("ann catalog.apply  refused");
  }

  @Test
  void anotherRevisionThanTheExpectedOneIsAConflict() {
    Revision first = plane.applied(resource("a", "127.20.0.1", "10.0.0.1"));
    Revision second = plane.applied(resource("a", "127.20.0.1", "10.0.0.2"));

    ApplyReply reply =
        plane
            .client("editor:ann")
            .apply(
                WHOLE.toBuilder().setExpected(Revisions.message(first)).build(),
                List.of(resource("a", "127.20.0.1", "10.0.0.3")));

    assertThat(reply.getOutcome()).isEqualTo(Outcome.OUTCOME_CONFLICT);
    assertThat(Revisions.of(reply.getRevision())).isEqualTo(second);
  }

  @Test
  void rollingBackIsANewRevisionWithOldContent() {
    Revision first = plane.applied(resource("a", "127.20.0.1", "10.0.0.1"));
    plane.applied(resource("b", "127.20.0.2", "10.0.0.2"));
    OperationsClient ann = plane.client("editor:ann");
    RollbackRequest request = RollbackRequest.newBuilder().setTo(Revisions.message(first)).build();

    ApplyReply dry = ann.rollback(request.toBuilder().setDryRun(true).build());
    assertThat(dry.getOutcome()).isEqualTo(Outcome.OUTCOME_WOULD_APPLY);
    assertThat(dry.getDifferencesList())
        .extracting(Difference::getService)
        .containsExactly("a", "b");
    ApplyReply reply = ann.rollback(request);

    assertThat(reply.getOutcome()).isEqualTo(Outcome.OUTCOME_APPLIED);
    assertThat(Revisions.of(reply.getRevision())).isGreaterThan(first);
    assertThat(ann.catalog(Optional.empty()).services())
        .extracting(resource -> resource.getService().getName())
        .containsExactly("a");
    Change change = ann.history(Revision.NONE, 1).getFirst();
    assertThat(Revisions.of(change.getRolledBackTo())).isEqualTo(first);
    assertThat(change.getComment()).isEqualTo("roll back to " + first);

    ApplyReply unknown = ann.rollback(RollbackRequest.newBuilder().setTo(message(1, 99)).build());
    assertThat(unknown.getOutcome()).isEqualTo(Outcome.OUTCOME_REFUSED);
    assertThat(unknown.getProblems(0).getMessage()).startsWith("there is no revision 1.99");
  }

  @Test
  void differencesBetweenRevisionsHaveBeforeAndAfter() {
    Revision first = plane.applied(resource("a", "127.20.0.1", "10.0.0.1"));
    Revision second = plane.applied(resource("a", "127.20.0.9", "10.0.0.1"));
    OperationsClient vic = plane.client("viewer:vic");

    DiffReply diff = vic.diff(first, Optional.empty());
    assertThat(Revisions.of(diff.getTo())).isEqualTo(second);
    assertThat(diff.getDifferences(0).getBefore().getService().getDefinition())
        .contains("127.20.0.1");
    assertThat(diff.getDifferences(0).getAfter().getService().getDefinition())
        .contains("127.20.0.9");
    assertThat(vic.diff(Revision.NONE, Optional.of(first)).getDifferences(0).getKind())
        .isEqualTo(Difference.Kind.KIND_ADDED);
    assertThatThrownBy(() -> vic.diff(new Revision(7, 7), Optional.empty()))
        .hasMessageContaining("there is no revision 7.7; the newest is " + second);
  }

  @Test
  void aCatalogLargerThanAMessageComesInParts() {
    List<Resource> services = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      services.add(
          resource(
              "service-%05d-%s".formatted(i, "x".repeat(45)),
              "127.21." + i / 250 + "." + (i % 250 + 1),
              "10.0.0." + (i % 250 + 1)));
    }
    OperationsClient ann = plane.client("editor:ann");
    ApplyReply reply = ann.apply(WHOLE, services);

    assertThat(reply.getOutcome()).isEqualTo(Outcome.OUTCOME_APPLIED);
    OperationsClient.CatalogAt catalog = ann.catalog(Optional.empty());
    assertThat(catalog.revision()).isEqualTo(Revisions.of(reply.getRevision()));
    assertThat(catalog.services()).hasSize(3_000);
  }

  @Test
  void whileARolloutIsUnderWayTheCatalogStays() {
    plane.applied(resource("a", "127.20.0.1", "10.0.0.1"));
    OperationsClient ann = plane.client("editor:ann");
    StartRolloutHead start =
        StartRolloutHead.newBuilder()
            .setChange(WHOLE)
            .setPlan(
                RolloutPlan.newBuilder().addStages(RolloutStage.newBuilder().setPercentage(10)))
            .build();
    ApplyReply started = ann.startRollout(start, List.of(resource("a", "127.20.0.1", "10.0.0.2")));
    assertThat(started.getOutcome()).isEqualTo(Outcome.OUTCOME_APPLIED);
    assertThat(started.getRollout()).isNotEmpty();
    Rollout rollout = ann.rollout("");
    assertThat(rollout.getId()).isEqualTo(started.getRollout());
    assertThat(rollout.getState()).isEqualTo(Rollout.State.STATE_RUNNING);
    assertThat(rollout.getPlan().getStagesList())
        .as("the last stage is the whole fleet, said or not")
        .containsExactly(
            RolloutStage.newBuilder().setPercentage(10).build(), RolloutStage.getDefaultInstance());

    String why = "rollout " + started.getRollout() + " is under way";
    assertThat(ann.apply(WHOLE, List.of()).getProblems(0).getMessage()).startsWith(why);
    assertThat(
            ann.rollback(RollbackRequest.newBuilder().setTo(started.getRevision()).build())
                .getProblems(0)
                .getCode())
        .isEqualTo("rollout-under-way");
    assertThat(ann.startRollout(start, List.of()).getProblems(0).getMessage()).startsWith(why);
    assertThat(ann.rollout("").getId())
        .as("the refused one is forgotten")
        .isEqualTo(started.getRollout());
  }

  @Test
  void aPlanThatCannotBeIsRefused() {
    ApplyReply reply =
        plane
            .client("editor:ann")
            .startRollout(
                StartRolloutHead.newBuilder()
                    .setChange(WHOLE)
                    .setPlan(
                        RolloutPlan.newBuilder()
                            .addStages(RolloutStage.newBuilder().setPercentage(101)))
                    .build(),
                List.of(resource("a", "127.20.0.1", "10.0.0.2")));
    assertThat(reply.getOutcome()).isEqualTo(Outcome.OUTCOME_REFUSED);
    assertThat(reply.getProblems(0).getPath()).isEqualTo("plan.stages[0].percentage");
    assertThat(reply.getProblems(0).getMessage())
        .isEqualTo("101.0 is no percentage; use one from 0 to 100");
    assertThat(plane.client("viewer:vic").rollout("").getState())
        .isEqualTo(Rollout.State.STATE_NONE);
  }

  @Test
  void theFleetIsToldAndThenItsChanges() throws InterruptedException {
    plane.fleet.put(node("n1", 1));
    plane.fleet.put(node("n2", 1));
    OperationsClient vic = plane.client("viewer:vic");
    assertThat(vic.nodes(NodesRequest.getDefaultInstance()))
        .extracting(state -> state.getNode().getName())
        .containsExactly("n1", "n2");
    assertThat(vic.nodes(NodesRequest.newBuilder().addNames("n2").build())).hasSize(1);

    BlockingQueue<NodeEvent> events = new LinkedBlockingQueue<>();
    Thread watching =
        Thread.ofPlatform()
            .daemon()
            .start(() -> vic.watchNodes(NodesRequest.getDefaultInstance(), events::add));
    assertThat(taken(events).getState().getNode().getName()).isEqualTo("n1");
    assertThat(taken(events).getState().getNode().getName()).isEqualTo("n2");
    assertThat(taken(events)).isEqualTo(NodeEvent.newBuilder().setComplete(true).build());
    plane.fleet.put(node("n1", 2));
    NodeEvent news = taken(events);
    assertThat(news.getState().getFailedSessions()).isEqualTo(2);
    assertThat(news.getComplete()).isTrue();
    vic.close();
    watching.join(PATIENCE);
    assertThat(watching.isAlive()).isFalse();
  }

  @Test
  void theServicesOfANodeOfAnotherReplicaAreAskedOfThatOne() {
    plane.fleet.put(elsewhere("n1", "r2"));
    plane.fleet.put(elsewhere("n2", "r2"));
    plane.fleet.put(elsewhere("n3", "r3"));
    plane.fleet.put(elsewhere("n4", "r1"));
    List<String> asked = new CopyOnWriteArrayList<>();
    plane.elsewhere =
        (replica, names) -> {
          asked.add(replica + " for " + names);
          return replica.equals("r2")
              ? CompletableFuture.completedFuture(
                  List.of(
                      elsewhere("n1", "r2").toBuilder()
                          .addServices(ServiceState.newBuilder().setService("icr"))
                          .build()))
              : CompletableFuture.failedFuture(
                  Status.UNAVAILABLE.withDescription("not today").asRuntimeException());
        };
    OperationsClient vic = plane.client("viewer:vic");
    NodesRequest.Builder four =
        NodesRequest.newBuilder().addAllNames(List.of("n4", "n3", "n2", "n1", "n9"));

    List<NodeState> nodes = vic.nodes(four.setServices(true).build());
    assertThat(nodes)
        .extracting(node -> node.getNode().getName())
        .containsExactly("n1", "n2", "n3", "n4");
    assertThat(nodes)
        .extracting(NodeState::getServicesUnknown)
        .containsExactly(
            "",
            "replica r2 does not know it any more",
            "replica r3 cannot be asked: UNAVAILABLE: not today",
            "");
    assertThat(nodes.getFirst().getServicesList())
        .extracting(ServiceState::getService)
        .containsExactly("icr");
    assertThat(asked).containsExactlyInAnyOrder("r2 for [n1, n2]", "r3 for [n3]");

    asked.clear();
    assertThat(vic.nodes(four.setServices(false).build())).hasSize(4);
    assertThat(vic.nodes(NodesRequest.newBuilder().setServices(true).build())).hasSize(4);
    assertThat(vic.nodes(four.setServices(true).setOfThisReplica(true).build()))
        .as("what replicas ask of one another is not asked on")
        .hasSize(4);
    assertThat(asked).isEmpty();
  }

  @Test
  void onlySoManyNodesAreAskedOfOtherReplicas() {
    NodesRequest.Builder all = NodesRequest.newBuilder().setServices(true);
    for (int node = 0; node <= NodeDetails.MOST_ELSEWHERE; node++) {
      String name = "n%03d".formatted(node);
      plane.fleet.put(elsewhere(name, "r2"));
      all.addNames(name);
    }
    plane.elsewhere =
        (replica, names) ->
            CompletableFuture.completedFuture(
                names.stream()
                    .map(name ->
                        elsewhere(name, replica).toBuilder()
                            .addServices(ServiceState.newBuilder().setService("icr"))
                            .build())
                    .toList());
    List<NodeState> nodes = plane.client("viewer:vic").nodes(all.build());
    assertThat(nodes).hasSize(NodeDetails.MOST_ELSEWHERE + 1);
    assertThat(nodes.getLast().getServicesUnknown())
        .isEqualTo("other replicas are asked for no more than 64 nodes at once");
    assertThat(nodes.subList(0, NodeDetails.MOST_ELSEWHERE))
        .allSatisfy(node -> assertThat(node.getServicesCount()).isEqualTo(1));
  }

  private static NodeState elsewhere(String name, String replica) {
    return node(name, 0).toBuilder().setReplica(replica).setServicesDeclared(1).build();
  }

  @Test
  void aControlPlaneThatDoesNotAnswerIsNamed() {
    ClientSettings nobody =
        new ClientSettings(
            List.of(new ControlAddress("127.0.0.1", 1), new ControlAddress("::1", 1)),
            new ClientSettings.Security.Insecure(),
            Optional.empty(),
            Duration.ofSeconds(20));
    assertThatThrownBy(() -> OperationsClient.connect(nobody))
        .isInstanceOf(OperationsException.class)
        .hasMessageStartingWith("no control plane answers at 127.0.0.1:1 (")
        .hasMessageContaining("[::1]:1 (");
    ClientSettings second =
        new ClientSettings(
            List.of(
                new ControlAddress("127.0.0.1", 1), new ControlAddress("127.0.0.1", plane.port())),
            new ClientSettings.Security.Insecure(),
            Optional.of("viewer:vic"),
            Duration.ofSeconds(20));
    try (OperationsClient client = OperationsClient.connect(second)) {
      assertThat(client.self().getName()).isEqualTo("vic");
    }
  }

  @Test
  void plaintextIsForTheLoopbackOnly() {
    ClientSettings elsewhere =
        new ClientSettings(
            List.of(new ControlAddress("192.0.2.1", 9430)),
            new ClientSettings.Security.Insecure(),
            Optional.empty(),
            Duration.ofSeconds(20));
    assertThatThrownBy(() -> OperationsClient.connect(elsewhere))
        .hasMessageStartingWith("192.0.2.1:9430 is not this machine's loopback");
  }

  @Test
  void whoWatchesIsToldWhenTheControlPlaneStops() {
    OperationsClient vic = OperationsClient.connect(plane.settings("viewer:vic"));
    List<String> failures = new java.util.concurrent.CopyOnWriteArrayList<>();
    Thread watching =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try {
                vic.watchNodes(NodesRequest.getDefaultInstance(), event -> failures.add("told"));
              } catch (OperationsException gone) {
                failures.add(gone.getMessage());
              }
            });
    await().atMost(PATIENCE).until(() -> failures.contains("told"));
    plane.close();
    await().atMost(PATIENCE).until(() -> !watching.isAlive());
    assertThat(failures.getLast()).contains("is gone");
    vic.close();
    plane = new TestPlane(directory, new FakeTime(), RolloutTimings.USUAL);
  }

  private static NodeEvent taken(BlockingQueue<NodeEvent> events) throws InterruptedException {
    NodeEvent event = events.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(event).isNotNull();
    return event;
  }

  private static NodeState node(String name, long failed) {
    return NodeState.newBuilder()
        .setNode(Node.newBuilder().setName(name))
        .setAttached(true)
        .setFailedSessions(failed)
        .build();
  }

  private static io.sallyport.control.v1.Revision message(long epoch, long number) {
    return Revisions.message(new Revision(epoch, number));
  }
}
