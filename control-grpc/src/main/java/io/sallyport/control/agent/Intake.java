package io.sallyport.control.agent;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.agent.Verdict.Rejection;
import io.sallyport.control.agent.v1.KeptService;
import io.sallyport.control.agent.v1.KeptSnapshot;
import io.sallyport.control.resource.Resource;
import io.sallyport.control.resource.ResourceKey;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.v1.Accepted;
import io.sallyport.control.v1.Delta;
import io.sallyport.control.v1.Endpoints;
import io.sallyport.control.v1.Hello;
import io.sallyport.control.v1.ResourceName;
import io.sallyport.control.v1.ResourceVersion;
import io.sallyport.control.v1.Service;
import io.sallyport.control.v1.ServiceAck;
import io.sallyport.control.v1.VersionedEndpoints;
import io.sallyport.control.v1.VersionedService;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Turns Deltas into what is in force, and says what to answer. Knows nothing of connections; used
 * by one thread.
 */
final class Intake {
  private static final int MOST_TOLD = 100;

  private final Judge judge;
  private final RemovalGuard guard;
  private final CaptureGuard captures;
  private final Received received;
  private Revision revision = Revision.NONE;
  private final InForce serving = new InForce();
  private final SortedMap<String, Held> inForce = serving.held();
  private SortedMap<String, Rejection> rejected = Collections.emptySortedMap();

  /** Those of them that this stream's control plane knows of. */
  private SortedMap<String, Rejection> told = Collections.emptySortedMap();

  /** How often what must not be captured had changed when all was judged by it. */
  private int capturesSeen;

  /** Whether the control plane sends everything, knowing of nothing that this node has. */
  private boolean anew;

  Intake(Judge judge, RemovalGuard guard, CaptureGuard captures, long maxSnapshot) {
    this.judge = judge;
    this.guard = guard;
    this.captures = captures;
    this.received = new Received(maxSnapshot);
  }

  /** What came of a Delta. */
  sealed interface Outcome {
    /** More follows. */
    record Partial() implements Outcome {}

    /**
     * The snapshot is taken, but for what is rejected.
     *
     * @param acks for each service that is new or changed
     * @param catalog what is to serve
     */
    record Taken(List<ServiceAck> acks, Verdict verdict, Catalog catalog) implements Outcome {
      public Taken {
        acks = List.copyOf(acks);
      }
    }

    /** The snapshot is not taken; what is in force goes on. */
    record Declined(List<ServiceAck> acks, String reason) implements Outcome {
      public Declined {
        acks = List.copyOf(acks);
      }
    }

    /** The stream makes no sense any more. */
    record Broken(String reason, boolean anew) implements Outcome {}
  }

  Revision revision() {
    return revision;
  }

  SortedMap<String, Held> inForce() {
    return inForce;
  }

  SortedMap<String, Rejection> rejected() {
    return rejected;
  }

  /** The hash of what the control plane has sent. */
  ByteString hash() {
    return received.hash();
  }

  /** What was kept on disk is to serve. */
  Outcome.Taken restore(KeptSnapshot kept) {
    Map<ResourceKey, Resource> resources = new HashMap<>();
    SortedSet<String> services = new TreeSet<>();
    for (KeptService service : kept.getServicesList()) {
      String name = service.getService().getService().getName();
      services.add(name);
      put(
          resources,
          ResourceKey.service(name),
          Revisions.of(service.getService().getVersion()),
          service.getService().getService().toByteString());
      put(
          resources,
          ResourceKey.endpoints(name),
          Revisions.of(service.getEndpoints().getVersion()),
          service.getEndpoints().getEndpoints().toByteString());
    }
    return take(
        Revisions.of(kept.getRevision()),
        judge.verdict(key -> Optional.ofNullable(resources.get(key)), services, inForce, false));
  }

  /**
   * A stream begins: what the control plane is told.
   *
   * @param anew whether to ask for everything
   */
  Hello.Builder hello(boolean anew) {
    this.anew = anew;
    SortedMap<ResourceKey, Resource> held = new TreeMap<>();
    if (!anew) {
      inForce
          .values()
          .forEach(service -> {
            held.put(service.service().key(), service.service());
            held.put(service.endpoints().key(), service.endpoints());
          });
    }
    received.begin(held);
    told = Collections.emptySortedMap();
    Hello.Builder hello = Hello.newBuilder();
    if (!revision.equals(Revision.NONE)) {
      hello.setRevision(Revisions.message(revision));
    }
    held.values()
        .forEach(resource ->
            hello.addResources(
                ResourceVersion.newBuilder()
                    .setName(name(resource.key()))
                    .setVersion(Revisions.message(resource.version()))));
    return hello;
  }

  /** A Delta has come. */
  Outcome delta(Delta delta) {
    Revision next = Revisions.of(delta.getRevision());
    if (next.compareTo(revision) < 0) {
      return new Outcome.Broken(
          "the control plane sent revision "
              + next
              + ", older than "
              + revision
              + " that this node has; a rollback is a new revision, and a restored store needs a"
              + " new epoch",
          false);
    }
    if (!received.add(delta)) {
      received.drop();
      return new Outcome.Broken(
          "the snapshot of revision " + next + " is larger than control.max-snapshot", false);
    }
    if (!delta.getSnapshotComplete()) {
      return new Outcome.Partial();
    }
    if (!delta.getSnapshotHash().isEmpty()
        && !delta.getSnapshotHash().equals(received.draftHash())) {
      received.drop();
      return new Outcome.Broken(
          "the snapshot of revision " + next + " has another hash than the control plane's", true);
    }
    int capturesNow = captures.changes();
    Verdict verdict = judge.verdict(received::draft, touched(capturesNow), inForce, anew);
    if (guard.large(verdict.removed().size(), inForce.size())
        && !delta.getLargeRemovalConfirmed()) {
      received.drop();
      return declined(verdict, next);
    }
    received.take();
    capturesSeen = capturesNow;
    anew = false;
    return take(next, verdict);
  }

  /** The services that the judge has to look at, one more time or for the first. */
  private SortedSet<String> touched(int capturesNow) {
    if (anew) {
      SortedSet<String> all = received.services();
      all.addAll(inForce.keySet());
      return all;
    }
    SortedSet<String> touched =
        capturesNow == capturesSeen ? received.touched() : received.services();
    touched.addAll(rejected.keySet());
    return touched;
  }

  private Outcome.Taken take(Revision next, Verdict verdict) {
    List<ServiceAck> acks = new ArrayList<>();
    verdict
        .accepted()
        .forEach((name, held) ->
            acks.add(
                ServiceAck.newBuilder()
                    .setService(name)
                    .setVersion(Revisions.message(held.version()))
                    .setAccepted(Accepted.getDefaultInstance())
                    .build()));
    verdict
        .rejected()
        .forEach((name, why) -> {
          if (!why.equals(told.get(name))) {
            acks.add(rejection(name, why));
          }
        });
    revision = next;
    serving.take(verdict);
    rejected = verdict.rejected();
    told = rejected;
    return new Outcome.Taken(acks, verdict, new Catalog(revision, serving.services()));
  }

  private Outcome declined(Verdict verdict, Revision next) {
    String reason =
        "revision "
            + next
            + " takes away "
            + verdict.removed().size()
            + " of the "
            + inForce.size()
            + " services, more than control.removal-guard allows; an operator may confirm it";
    List<ServiceAck> acks = new ArrayList<>();
    if (guard.policy() == RemovalGuard.Policy.REFUSE) {
      for (String name : verdict.removed()) {
        Held held = inForce.get(name);
        if (held != null && acks.size() < MOST_TOLD) {
          acks.add(
              rejection(
                  name,
                  new Rejection(
                      held.version(), List.of(Judge.problem("large-removal", "", reason)))));
        }
      }
    }
    return new Outcome.Declined(acks, reason);
  }

  /** What is in force, to be kept. */
  KeptSnapshot kept(String node, String controlPlane, Instant at) {
    KeptSnapshot.Builder kept =
        KeptSnapshot.newBuilder()
            .setNode(node)
            .setControlPlane(controlPlane)
            .setRevision(Revisions.message(revision))
            .setKeptAtMillis(at.toEpochMilli());
    for (Held held : inForce.values()) {
      try {
        kept.addServices(
            KeptService.newBuilder()
                .setService(
                    VersionedService.newBuilder()
                        .setVersion(Revisions.message(held.service().version()))
                        .setService(Service.parseFrom(held.service().content())))
                .setEndpoints(
                    VersionedEndpoints.newBuilder()
                        .setVersion(Revisions.message(held.endpoints().version()))
                        .setEndpoints(Endpoints.parseFrom(held.endpoints().content()))));
      } catch (InvalidProtocolBufferException impossible) {
        throw new IllegalStateException("what was read once can be read again", impossible);
      }
    }
    return kept.build();
  }

  private static ServiceAck rejection(String name, Rejection why) {
    return ServiceAck.newBuilder()
        .setService(name)
        .setVersion(Revisions.message(why.version()))
        .setRejected(io.sallyport.control.v1.Rejected.newBuilder().addAllProblems(why.problems()))
        .build();
  }

  private static ResourceName name(ResourceKey key) {
    return ResourceName.newBuilder()
        .setService(key.service())
        .setKind(
            switch (key.kind()) {
              case SERVICE -> ResourceName.Kind.KIND_SERVICE;
              case ENDPOINTS -> ResourceName.Kind.KIND_ENDPOINTS;
            })
        .build();
  }

  private static void put(
      Map<ResourceKey, Resource> into, ResourceKey key, Revision version, ByteString content) {
    into.put(key, new Resource(key, version, content));
  }
}
