package io.sallyport.control.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.Locality;
import io.sallyport.api.catalog.NodeIdentity;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.source.CatalogSource;
import io.sallyport.api.source.CatalogSourceContext;
import io.sallyport.api.source.NodeEffect;
import io.sallyport.api.source.NodeEffect.ServiceEffect;
import io.sallyport.api.source.NodeEffect.Step;
import io.sallyport.control.v1.Ack;
import io.sallyport.control.v1.ControlMessage;
import io.sallyport.control.v1.Hello;
import io.sallyport.control.v1.Leave;
import io.sallyport.control.v1.Report;
import io.sallyport.control.v1.ReportRequest;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The agent's client against a scripted control plane, over real sockets. */
@Timeout(300)
class ControlSourceTest {
  private static final String A = "a.test 127.0.0.11 443";
  private static final String B = "b.test 127.0.0.12 443";
  private static final Instant NOW = Instant.parse("2026-11-25T20:00:00Z");

  @TempDir Path directory;

  private final List<CatalogSource> sources = new ArrayList<>();
  private final List<Catalog> taken = new CopyOnWriteArrayList<>();
  private final AtomicReference<Step> reached = new AtomicReference<>(Step.PUBLISH);
  private final AtomicReference<String> reason = new AtomicReference<>("");
  private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
  private FakeControl control;

  @BeforeEach
  void control() throws Exception {
    control = new FakeControl();
  }

  @AfterEach
  void close() {
    sources.forEach(CatalogSource::close);
    control.close();
  }

  @Test
  void saysWhoItIsTakesACatalogAndTellsBothStages() throws Exception {
    reached.set(Step.LISTEN);
    CatalogSource source = started(control.port());
    FakeControl.Stream stream = control.stream();

    Hello hello = stream.next().getHello();
    assertThat(hello.getNode().getName()).isEqualTo("n1");
    assertThat(hello.getNode().getLocality().getZone()).isEqualTo("z1");
    assertThat(hello.getNode().getLabelsMap()).containsEntry("pool", "edge");
    assertThat(hello.getNode().getAgentVersion()).isEqualTo("0.1.0");
    assertThat(hello.hasRevision()).isFalse();
    assertThat(hello.getResourcesList()).isEmpty();

    stream.say(Deltas.to(3).with("a", A));
    Ack first = stream.ack();
    assertThat(first.getNonce()).isEqualTo(3);
    assertThat(first.getRevision().getNumber()).isEqualTo(3);
    assertThat(first.getServices(0).hasAccepted()).isTrue();
    eventually().until(() -> !taken.isEmpty());
    assertThat(taken.getFirst().services()).extracting(Service::id).containsExactly("a");

    reason.set("no endpoint passes its checks");
    Ack stuck = stream.ack();
    assertThat(stuck.getServices(0).getNotServing().getStep())
        .isEqualTo(io.sallyport.control.v1.Step.STEP_PROBE);
    assertThat(stuck.getServices(0).getNotServing().getProblems(0).getCode())
        .isEqualTo("no-healthy-endpoint");
    reason.set("");
    reached.set(Step.PUBLISH);
    assertThat(stream.ack().getServices(0).hasServing()).isTrue();

    assertThat(source.status().connected()).isTrue();
    assertThat(source.status().fromDisk()).isFalse();
    assertThat(source.status().revision()).isEqualTo(new Revision(1, 3));
    assertThat(source.status().wrong()).isEmpty();
    assertThat(source.status().from())
        .isEqualTo("the control plane at 127.0.0.1:" + control.port());
  }

  @Test
  void answersEveryPartAndHandsOverOnlyWholeSnapshots() throws Exception {
    started(control.port());
    FakeControl.Stream stream = greeted();

    stream.say(Deltas.to(1, 1, 1).with("a", A).incomplete());
    Ack part = stream.ack();
    assertThat(part.getNonce()).isEqualTo(1);
    assertThat(part.getServicesList()).isEmpty();
    assertThat(part.getRevision().getNumber()).isZero();
    assertThat(taken).isEmpty();
    stream.say(Deltas.to(2, 1, 1).with("b", B));

    assertThat(stream.ack().getServicesList()).hasSize(2);
    eventually().until(() -> taken.size() == 1);
    assertThat(taken.getFirst().services()).hasSize(2);
  }

  @Test
  void goesOnWithWhatItHasWhileTheControlPlaneIsAwayAndTellsWhatThatIs() throws Exception {
    CatalogSource source = started(control.port());
    FakeControl.Stream stream = greeted();
    stream.say(Deltas.to(1).with("a", A));
    stream.ack();
    int port = control.port();
    control.close();
    eventually().until(() -> !source.status().connected());
    assertThat(source.status().wrong().getFirst()).startsWith("not connected: UNAVAILABLE");
    assertThat(source.status().revision()).isEqualTo(new Revision(1, 1));

    control = new FakeControl(port);
    Hello hello = control.stream().next().getHello();
    assertThat(hello.getRevision().getNumber()).isEqualTo(1);
    assertThat(hello.getResourcesList())
        .extracting(r -> r.getName().getService() + r.getName().getKindValue())
        .containsExactly("a1", "a2");
    eventually().until(() -> source.status().connected());
    assertThat(source.status().wrong()).isEmpty();
  }

  @Test
  void triesTheOtherAddressesInTurn() throws Exception {
    int nobody;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = free.getLocalPort();
    }
    CatalogSource source = started(nobody, control.port());
    greeted();
    eventually().until(() -> source.status().connected());
  }

  @Test
  void anOlderRevisionIsRefusedAndWhatServesGoesOn() throws Exception {
    CatalogSource source = started(control.port());
    FakeControl.Stream stream = greeted();
    stream.say(Deltas.to(5).with("a", A));
    stream.ack();
    stream.say(Deltas.to(6, 1, 4).without("a"));

    FakeControl.Stream again = greeted();
    again.say(Deltas.to(1, 1, 6).with("b", B));
    assertThat(again.ack().getRevision().getNumber()).isEqualTo(6);
    eventually().until(() -> taken.getLast().services().size() == 2);
    assertThat(source.status().revision()).isEqualTo(new Revision(1, 6));
  }

  @Test
  void anotherHashMakesItAttachAnewWithNothing() throws Exception {
    started(control.port());
    FakeControl.Stream stream = greeted();
    stream.say(Deltas.to(1).with("a", A));
    stream.ack();
    stream.say(Deltas.to(2).with("b", B).hash("another"));

    Hello hello = control.stream().next().getHello();
    assertThat(hello.getResourcesList()).isEmpty();
    assertThat(hello.getRevision().getNumber()).isEqualTo(1);
    assertThat(taken.getLast().services()).hasSize(1);
  }

  @Test
  void aLargeRemovalIsRefusedAndToldUntilItIsConfirmed() throws Exception {
    CatalogSource source = started(control.port());
    FakeControl.Stream stream = greeted();
    stream.say(Deltas.to(1).with("a", A).with("b", B));
    stream.ack();
    stream.say(Deltas.to(2).without("a").without("b"));

    Ack ack = refusal(stream);
    assertThat(ack.getNonce()).isEqualTo(2);
    assertThat(ack.getRevision().getNumber()).isEqualTo(1);
    assertThat(ack.getServices(0).getRejected().getProblems(0).getCode())
        .isEqualTo("large-removal");
    eventually()
        .untilAsserted(() ->
            assertThat(source.status().wrong())
                .singleElement()
                .asString()
                .contains("takes away 2 of the 2 services"));
    stream.say(Deltas.to(3, 1, 2).without("a").without("b").confirmed());
    eventually().until(() -> taken.getLast().services().isEmpty());
    eventually().until(() -> source.status().wrong().isEmpty());
  }

  private static Ack refusal(FakeControl.Stream stream) throws InterruptedException {
    while (true) {
      Ack ack = stream.ack();
      if (ack.getServicesCount() > 0 && ack.getServices(0).hasRejected()) {
        return ack;
      }
    }
  }

  @Test
  void leavesWhenToldAndAttachesAgain() throws Exception {
    CatalogSource source = started(control.port());
    FakeControl.Stream stream = greeted();
    eventually().until(() -> source.status().connected());
    stream.say(
        ControlMessage.newBuilder()
            .setLeave(Leave.newBuilder().setAfterMillis(10).setReason("others have room"))
            .build());
    stream.end();

    greeted();
  }

  @Test
  void reportsWhenAskedAndWhenSomethingChanges() throws Exception {
    started(control.port());
    FakeControl.Stream stream = greeted();
    stream.say(Deltas.to(1).with("a", A));
    stream.say(
        ControlMessage.newBuilder().setReportRequest(ReportRequest.getDefaultInstance()).build());

    Report all = complete(stream);
    assertThat(all.getRevision().getNumber()).isEqualTo(1);
    assertThat(all.getSnapshotHash().size()).isEqualTo(32);
    assertThat(all.getServices(0).getReached())
        .isEqualTo(io.sallyport.control.v1.Step.STEP_PUBLISH);
    assertThat(all.getServices(0).getVersion().getNumber()).isEqualTo(1);
    assertThat(all.getDriftList()).containsExactly("a line was put back");

    reached.set(Step.PROBE);
    Report change = stream.report();
    while (change.getServicesCount() == 0) {
      change = stream.report();
    }
    assertThat(change.getComplete()).isFalse();
    assertThat(change.getServices(0).getReached())
        .isEqualTo(io.sallyport.control.v1.Step.STEP_PROBE);
  }

  private static Report complete(FakeControl.Stream stream) throws InterruptedException {
    while (true) {
      Report report = stream.report();
      if (report.getComplete()) {
        return report;
      }
    }
  }

  @Test
  void startsFromTheDiskWithoutAControlPlaneAndSaysHowOldThatIs() throws Exception {
    CatalogSource first = started(control.port());
    greeted().say(Deltas.to(4).with("a", A));
    eventually().until(() -> Files.exists(directory.resolve("control-snapshot")));
    first.close();
    int port = control.port();
    control.close();
    taken.clear();
    now.set(NOW.plus(Duration.ofHours(3)));

    CatalogSource second = started(port);

    assertThat(taken).hasSize(1);
    assertThat(taken.getFirst().revision()).isEqualTo(new Revision(1, 4));
    assertThat(second.status().fromDisk()).isTrue();
    assertThat(second.status().revisionAt()).isEqualTo(NOW);
    assertThat(second.status().connected()).isFalse();

    control = new FakeControl(port);
    FakeControl.Stream stream = control.stream();
    assertThat(stream.next().getHello().getRevision().getNumber()).isEqualTo(4);
    stream.say(
        ControlMessage.newBuilder().setReportRequest(ReportRequest.getDefaultInstance()).build());
    eventually().until(() -> !second.status().fromDisk());
  }

  @Test
  void aCorruptedFileIsToldAndTheAgentStartsEmptyAndConnects() throws Exception {
    Files.writeString(directory.resolve("control-snapshot"), "garbage");

    CatalogSource source = started(control.port());

    assertThat(taken).isEmpty();
    assertThat(source.status().wrong())
        .anySatisfy(wrong ->
            assertThat(wrong).contains("is corrupted: it does not begin as a kept snapshot"));
    FakeControl.Stream stream = control.stream();
    assertThat(stream.next().getHello().getResourcesList()).isEmpty();
    stream.say(Deltas.to(1).with("a", A));
    eventually().until(() -> !taken.isEmpty());
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(60));
  }

  private FakeControl.Stream greeted() throws InterruptedException {
    FakeControl.Stream stream = control.stream();
    assertThat(stream.next().hasHello()).isTrue();
    return stream;
  }

  private CatalogSource started(int... ports) {
    List<ControlAddress> addresses = new ArrayList<>();
    for (int port : ports) {
      addresses.add(new ControlAddress("127.0.0.1", port));
    }
    ControlSettings settings =
        new ControlSettings(
            "",
            addresses,
            Optional.empty(),
            "",
            Duration.ofMillis(10),
            Duration.ofMillis(50),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            1 << 20,
            1 << 20,
            new RemovalGuard(RemovalGuard.Policy.REFUSE, 50, 1),
            Duration.ofMillis(100));
    CatalogSource source =
        new ControlSourceFactory()
            .create(
                settings,
                new CatalogSourceContext(
                    new NodeIdentity("n1", new Locality("eu", "z1"), Map.of("pool", "edge")),
                    "0.1.0",
                    new WordsLanguage(),
                    directory,
                    () -> CompletableFuture.completedFuture(effect()),
                    now::get,
                    System::nanoTime,
                    new Random(7)));
    sources.add(source);
    source.start(catalog -> {
      taken.add(catalog);
      return CompletableFuture.completedFuture(null);
    });
    return source;
  }

  private NodeEffect effect() {
    Catalog catalog = taken.isEmpty() ? Catalog.EMPTY : taken.getLast();
    String why = reason.get();
    return new NodeEffect(
        catalog.revision(),
        catalog.services().stream()
            .map(service ->
                new ServiceEffect(
                    service.id(), reached.get(), why, !why.isEmpty(), 0, 0, List.of()))
            .toList(),
        0,
        0,
        0,
        List.of("a line was put back"),
        List.of());
  }
}
