package io.sallyport.control.agent;

import io.grpc.Status;
import io.netty.handler.ssl.SslContext;
import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.NodeIdentity;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.source.CatalogSource;
import io.sallyport.api.source.CatalogSourceContext;
import io.sallyport.api.source.CatalogTaker;
import io.sallyport.api.source.SourceStatus;
import io.sallyport.control.agent.v1.KeptSnapshot;
import io.sallyport.control.security.ReloadingTls;
import io.sallyport.control.security.TlsException;
import io.sallyport.control.v1.AgentMessage;
import io.sallyport.control.v1.ControlMessage;
import io.sallyport.control.v1.Delta;
import io.sallyport.control.v1.Leave;
import io.sallyport.control.v1.Locality;
import io.sallyport.control.v1.Node;
import io.sallyport.control.v1.ServiceAck;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A catalog from a control plane. What it said last serves for as long as it says nothing else,
 * also over restarts.
 *
 * <pre>
 *   start ──► CONNECTING ──► ATTACHED
 *                ▲  │            │
 *                │  └── failed ──┴── lost, or told to leave
 *                │         ▼
 *                └────── WAITING
 * </pre>
 *
 * <p>After the start the {@link Loop} alone touches it, but for its status.
 */
final class ControlSource implements CatalogSource, Connection.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(ControlSource.class);
  private static final Duration TLS_LOOKS = Duration.ofSeconds(10);
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(10);
  private static final Duration MOST_PUSHBACK = Duration.ofMinutes(10);

  private final ControlSettings settings;
  private final CatalogSourceContext context;
  private final Loop loop;
  private final Keeping.Disk disk;
  private final CaptureGuard captures;
  private final Backoff backoff;
  private final String from;
  private @Nullable Work work;
  private @Nullable ReloadingTls tls;
  private @Nullable Connection connection;
  private boolean attached;
  private boolean anew;
  private long attachedAtNanos;
  private int nextAddress;

  private Instant since;
  private Instant revisionAt = Instant.EPOCH;
  private boolean fromDisk;
  private String unreached = "the first attempt is under way";
  private String declined = "";
  private volatile SourceStatus status;

  /** What a start puts together. */
  private record Work(
      NodeIdentity node, CatalogTaker taker, Intake intake, Telling telling, Keeping keeping) {}

  ControlSource(
      ControlSettings settings, CatalogSourceContext context, Loop loop, Keeping.Disk disk) {
    this.settings = settings;
    this.context = context;
    this.loop = loop;
    this.disk = disk;
    this.captures = new CaptureGuard(settings.addresses());
    this.backoff =
        new Backoff(settings.reconnectLeast(), settings.reconnectMost(), context.random());
    this.from =
        "the control plane at "
            + settings.addresses().stream()
                .map(ControlAddress::text)
                .collect(Collectors.joining(", "));
    this.nextAddress = context.random().nextInt(Math.max(1, settings.addresses().size()));
    this.since = context.clock().instant();
    this.status =
        new SourceStatus(
            from,
            false,
            since,
            Revision.NONE,
            revisionAt,
            false,
            List.of("not connected: " + unreached));
  }

  @Override
  public void start(CatalogTaker taker) {
    AgentIdentity identity;
    try {
      identity = AgentIdentity.of(context.node().name(), settings.tls());
    } catch (TlsException unreadable) {
      // The node serves what it kept all the same; each attempt to connect tells why it cannot.
      identity = new AgentIdentity(context.node().name(), "");
    }
    NodeIdentity node =
        new NodeIdentity(identity.node(), context.node().locality(), context.node().labels());
    String controlPlane = settings.name().isEmpty() ? identity.trustDomain() : settings.name();
    Intake intake =
        new Intake(
            new Judge(context.language(), node, captures),
            settings.removalGuard(),
            captures,
            settings.maxSnapshot());
    Telling telling =
        new Telling(
            intake,
            loop,
            context.effect(),
            () -> status.wrong(),
            settings.reportInterval(),
            context.random());
    Keeping keeping =
        new Keeping(
            new KeptFile(context.stateDirectory(), node.name(), controlPlane, context.clock()),
            disk,
            loop,
            () -> intake.kept(node.name(), controlPlane, context.clock().instant()),
            this::publish);
    Work made = new Work(node, taker, intake, telling, keeping);
    work = made;
    keeping.find().ifPresent(kept -> restore(kept, made));
    publish();
    loop.execute(this::connect);
    telling.start();
  }

  private void restore(KeptSnapshot kept, Work made) {
    Intake.Outcome.Taken taken = made.intake().restore(kept);
    fromDisk = true;
    revisionAt = KeptFile.keptAt(kept);
    LOG.atInfo()
        .addKeyValue("revision", taken.catalog().revision())
        .addKeyValue("services", taken.catalog().services().size())
        .addKeyValue("age_s", Duration.between(revisionAt, context.clock().instant()).toSeconds())
        .log("the agent starts from the snapshot that it kept");
    handOver(taken, made);
  }

  /** Asks the next replica. */
  private void connect() {
    Work made = work();
    ControlAddress address = settings.addresses().get(nextAddress % settings.addresses().size());
    nextAddress++;
    try {
      Connection next = new Connection(address, settings, sslContext(), loop, this);
      connection = next;
      attached = false;
      next.start(
          AgentMessage.newBuilder()
              .setHello(made.intake().hello(anew).setNode(message(made.node())))
              .build());
      Duration patience = settings.connectTimeout().multipliedBy(2);
      loop.later(
          () -> {
            if (next == connection && !attached) {
              next.end("no answer");
              lost(
                  address.text() + " gave no answer within " + patience.toMillis() + " ms",
                  Optional.empty());
            }
          },
          patience);
    } catch (RuntimeException unusable) {
      Connection begun = connection;
      if (begun != null) {
        begun.end("it could not begin");
      }
      lost(String.valueOf(unusable.getMessage()), Optional.empty());
    }
  }

  private Optional<SslContext> sslContext() {
    if (settings.tls().isEmpty()) {
      return Optional.empty();
    }
    ReloadingTls made = tls;
    if (made == null) {
      made = ReloadingTls.client(settings.tls().get(), TLS_LOOKS, loop.executor());
      tls = made;
    }
    return Optional.of(made.clientContext());
  }

  private Node message(NodeIdentity node) {
    return Node.newBuilder()
        .setName(node.name())
        .setLocality(
            Locality.newBuilder()
                .setRegion(node.locality().region())
                .setZone(node.locality().zone()))
        .putAllLabels(node.labels())
        .setAgentVersion(context.version())
        .build();
  }

  @Override
  public void open(Connection opened) {
    if (opened != connection) {
      return;
    }
    attached = true;
    attachedAtNanos = context.ticker().nanos();
    opened.remote().ifPresent(captures::reached);
    since = context.clock().instant();
    unreached = "";
    LOG.atInfo()
        .addKeyValue("address", opened.remote().map(Object::toString).orElse(""))
        .addKeyValue("revision", work().intake().revision())
        .log("the agent is attached to the control plane");
    work().telling().to(opened);
    publish();
  }

  @Override
  public void heard(Connection speaker, ControlMessage message) {
    if (speaker != connection) {
      return;
    }
    switch (message.getMessageCase()) {
      case DELTA -> delta(speaker, message.getDelta());
      case REPORT_REQUEST -> {
        if (fromDisk) {
          // It knows what the node has, and has said nothing newer.
          fromDisk = false;
          publish();
        }
        work().telling().report(true);
      }
      case LEAVE -> leave(speaker, message.getLeave());
      case MESSAGE_NOT_SET -> {}
    }
    speaker.readOn();
  }

  private void leave(Connection speaker, Leave leave) {
    speaker.finish();
    Duration after = bounded(Duration.ofMillis(Math.max(0, leave.getAfterMillis())));
    Duration jitter = Duration.ofMillis(context.random().nextLong(after.toMillis() + 1));
    backoff.reset();
    detached("it sent the agent elsewhere: " + leave.getReason(), after.plus(jitter));
  }

  @Override
  public void closed(Connection gone, Status reason, Optional<Duration> pushback) {
    if (gone == connection) {
      String text = Objects.requireNonNullElse(reason.getDescription(), "");
      Throwable cause = reason.getCause();
      String why = cause == null || cause.getMessage() == null ? "" : cause.getMessage();
      lost(
          reason.getCode()
              + (text.isEmpty() ? "" : ": " + text)
              + (why.isEmpty() || text.contains(why) ? "" : ": " + why),
          pushback);
    }
  }

  private void lost(String reason, Optional<Duration> pushback) {
    if (attached && context.ticker().nanos() - attachedAtNanos >= LONG_ENOUGH.toNanos()) {
      backoff.reset();
    }
    Duration pause = backoff.next();
    detached(reason, pushback.map(least -> bounded(least).plus(pause)).orElse(pause));
  }

  private static Duration bounded(Duration pause) {
    return pause.compareTo(MOST_PUSHBACK) > 0 ? MOST_PUSHBACK : pause;
  }

  private void detached(String reason, Duration pause) {
    connection = null;
    work().telling().toNobody();
    if (attached) {
      since = context.clock().instant();
    }
    attached = false;
    loop.later(this::connect, pause);
    if (!reason.equals(unreached)) {
      LOG.atWarn()
          .addKeyValue("reason", reason)
          .addKeyValue("revision", work().intake().revision())
          .log("the control plane is away; what it said last goes on");
    }
    unreached = reason;
    publish();
  }

  private void delta(Connection speaker, Delta delta) {
    Work made = work();
    switch (made.intake().delta(delta)) {
      case Intake.Outcome.Partial() -> made.telling().answer(delta.getNonce(), List.of());
      case Intake.Outcome.Taken taken -> {
        anew = false;
        declined = "";
        fromDisk = false;
        revisionAt = context.clock().instant();
        made.telling().answer(delta.getNonce(), taken.acks());
        log(taken);
        handOver(taken, made);
        made.keeping().soon();
        publish();
      }
      case Intake.Outcome.Declined(List<ServiceAck> acks, String reason) -> {
        made.telling().answer(delta.getNonce(), acks);
        LOG.atError().addKeyValue("reason", reason).log("a snapshot was not taken");
        declined = reason;
        publish();
      }
      case Intake.Outcome.Broken(String reason, boolean all) -> {
        anew = all;
        speaker.end(reason);
        lost(reason, Optional.empty());
      }
    }
  }

  private static void log(Intake.Outcome.Taken taken) {
    Verdict verdict = taken.verdict();
    LOG.atInfo()
        .addKeyValue("revision", taken.catalog().revision())
        .addKeyValue("changed", verdict.accepted().size())
        .addKeyValue("removed", verdict.removed().size())
        .addKeyValue("rejected", verdict.rejected().size())
        .log("the control plane sent a catalog");
    verdict
        .rejected()
        .forEach((service, why) ->
            LOG.atError()
                .addKeyValue("service", service)
                .addKeyValue("problem", why.problems().getFirst().getMessage())
                .log("a service was rejected; what the node had of it goes on"));
    verdict.warnings().forEach(warning -> LOG.atWarn().log(warning));
  }

  private static void handOver(Intake.Outcome.Taken taken, Work made) {
    Catalog catalog = taken.catalog();
    CompletableFuture<Void> done = made.taker().take(catalog);
    made.telling().taken(taken.verdict(), done);
  }

  private Work work() {
    return Objects.requireNonNull(work, "not started");
  }

  @Override
  public SourceStatus status() {
    return status;
  }

  private void publish() {
    Work made = work();
    List<String> wrong = new ArrayList<>();
    if (!attached) {
      wrong.add("not connected: " + unreached);
    }
    if (!declined.isEmpty()) {
      wrong.add(declined);
    }
    made.intake()
        .rejected()
        .forEach((service, why) ->
            wrong.add(
                "service "
                    + service
                    + " of revision "
                    + why.version()
                    + " is rejected: "
                    + why.problems().getFirst().getMessage()));
    wrong.addAll(made.keeping().wrong());
    status =
        new SourceStatus(
            from, attached, since, made.intake().revision(), revisionAt, fromDisk, wrong);
  }

  @Override
  public void close() {
    loop.closeAfter(() -> {
      Connection open = connection;
      connection = null;
      if (open != null) {
        open.finish();
      }
      if (work != null) {
        work.keeping().owed();
      }
      if (tls != null) {
        tls.close();
      }
    });
  }
}
