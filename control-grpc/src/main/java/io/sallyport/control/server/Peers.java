package io.sallyport.control.server;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.sallyport.control.store.KeyValueStore;
import io.sallyport.control.v1.NodeState;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replicas of one control plane, and all of their nodes together. Each replica is present in
 * the store under {@code replica/<name>}, with its address; each asks the others for their nodes.
 *
 * <p>Of a node that several replicas know, the one counts to which it is attached, and of several
 * of those the one to which it attached last. A replica that cannot be asked is told by {@link
 * #troubles}, and what it told last stays; the nodes of one that is gone have left, unless they are
 * attached elsewhere.
 *
 * <p>Any thread; all work is done on the loop. Started once, closed once.
 *
 * @since 0.1
 */
public final class Peers implements AutoCloseable {
  /** Where replicas are present in the store. */
  public static final String PREFIX = "replica/";

  private static final Logger log = LoggerFactory.getLogger(Peers.class);
  private static final Duration AGAIN = Duration.ofSeconds(5);
  private static final int MOST_SHOWN = 64;
  private static final Duration TICK = Duration.ofSeconds(30);

  private final String replica;
  private final KeyValueStore store;
  private final Fleet own;
  private final Fleet whole;
  private final Function<PeerAddress, ManagedChannel> channels;
  private final Duration forgetAfter;
  private final ScheduledExecutorService loop;
  private final InstantSource clock;
  private final RandomGenerator random;

  private final Map<String, PeerLink> links = new TreeMap<>();
  private final Map<String, Map<String, Seen>> seen = new HashMap<>();
  private Fleet.@Nullable Watch nodes;
  private KeyValueStore.@Nullable Watch replicas;
  private KeyValueStore.@Nullable Presence presence;
  private @Nullable ScheduledFuture<?> ticking;
  private String storeTrouble = "";
  private boolean lookingAgain;
  private List<String> oddReplicas = List.of();
  private volatile List<String> troubles = List.of();
  private volatile boolean closed;

  /**
   * Does nothing yet.
   *
   * @param replica this replica's name
   * @param own this replica's nodes
   * @param whole gets the nodes of all replicas
   * @param channels connects to another replica's address, as a replica
   * @param forgetAfter how long a node is listed whose agent has left
   * @param loop has exactly one thread; may be that of {@link AgentsService}
   */
  public Peers(
      String replica,
      KeyValueStore store,
      Fleet own,
      Fleet whole,
      Function<PeerAddress, ManagedChannel> channels,
      Duration forgetAfter,
      ScheduledExecutorService loop,
      InstantSource clock,
      RandomGenerator random) {
    this.replica = replica;
    this.store = store;
    this.own = own;
    this.whole = whole;
    this.channels = channels;
    this.forgetAfter = forgetAfter;
    this.loop = loop;
    this.clock = clock;
    this.random = random;
  }

  /** What one replica knows of a node. */
  private record Seen(boolean attached, long sinceMillis, Fleet.Sighting sighting) {
    boolean newerThan(Seen other) {
      return attached == other.attached ? sinceMillis > other.sinceMillis : attached;
    }
  }

  /**
   * Becomes present, and begins to follow the others.
   *
   * @param address where the others reach it
   */
  public void start(String address) {
    nodes = own.watch(state -> onLoop(() -> seen(replica, state)));
    presence = store.present(PREFIX + replica, ByteString.copyFromUtf8(address));
    replicas = store.watch(PREFIX, this::look);
    ticking =
        loop.scheduleWithFixedDelay(
            this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What is wrong, one sentence each; empty when the nodes of all replicas are known. */
  public List<String> troubles() {
    return troubles;
  }

  /**
   * Asks another replica for nodes that are attached to it, with their services.
   *
   * @param within after which time it is given up
   * @return fails with a {@link io.grpc.StatusRuntimeException} that says why it cannot be asked
   */
  public CompletableFuture<List<NodeState>> nodes(
      String other, List<String> names, Duration within) {
    CompletableFuture<List<NodeState>> answer = new CompletableFuture<>();
    onLoop(() -> {
      PeerLink link = links.get(other);
      if (link == null) {
        answer.completeExceptionally(
            Status.UNAVAILABLE
                .withDescription("it is not there, or at no address that it can be asked at")
                .asRuntimeException());
      } else {
        link.nodes(names, within, answer);
      }
    });
    return answer;
  }

  @Override
  public void close() {
    closed = true;
    if (nodes != null) {
      nodes.close();
    }
    if (replicas != null) {
      replicas.close();
    }
    if (presence != null) {
      presence.close();
    }
    if (ticking != null) {
      ticking.cancel(false);
    }
    onLoop(() -> {
      links.values().forEach(PeerLink::close);
      links.clear();
    });
  }

  private void look() {
    var _ =
        store
            .list(PREFIX)
            .whenComplete((entries, failed) ->
                onLoop(() -> {
                  if (closed) {
                    return;
                  }
                  lookingAgain = false;
                  if (entries == null) {
                    storeTrouble = "the other replicas are not known: " + failed.getMessage();
                    changed();
                    var _ = loop.schedule(this::look, AGAIN.toMillis(), TimeUnit.MILLISECONDS);
                    return;
                  }
                  storeTrouble = "";
                  Map<String, String> addresses = new TreeMap<>();
                  entries.forEach(entry ->
                      addresses.put(
                          entry.key().substring(PREFIX.length()), entry.value().toStringUtf8()));
                  addresses.remove(replica);
                  follow(addresses);
                }));
  }

  private void follow(Map<String, String> addresses) {
    for (String other : List.copyOf(links.keySet())) {
      PeerLink link = links.get(other);
      if (link != null && !link.address().equals(addresses.get(other))) {
        link.close();
        links.remove(other);
        if (!addresses.containsKey(other)) {
          log.atInfo().addKeyValue("replica", other).log("is gone");
          gone(other);
        }
      }
    }
    List<String> odd = new ArrayList<>();
    addresses.forEach((other, there) -> {
      if (!links.containsKey(other)) {
        link(other, there).ifPresent(odd::add);
      }
    });
    if (!odd.equals(oddReplicas)) {
      odd.forEach(log::warn);
    }
    oddReplicas = List.copyOf(odd);
    changed();
  }

  /** Begins to ask a replica, or says why it is not asked. */
  private Optional<String> link(String other, String there) {
    Optional<PeerAddress> place = PeerAddress.of(there);
    if (place.isEmpty() || !PeerAddress.isName(other)) {
      return Optional.of(
          "a replica in the store says that it is called \""
              + printable(other)
              + "\" and reached at \""
              + printable(there)
              + "\", which is no name with a host and port; it is not asked for its nodes");
    }
    ManagedChannel channel;
    try {
      channel = channels.apply(place.get());
    } catch (RuntimeException unusable) {
      // One that cannot be connected to must not keep the others from being asked.
      return Optional.of(
          "replica "
              + other
              + " at "
              + there
              + " cannot be connected to, and is not asked for its nodes: "
              + unusable.getMessage());
    }
    PeerLink link = new PeerLink(other, there, channel, loop, random, new Told());
    links.put(other, link);
    link.ask();
    return Optional.empty();
  }

  private static String printable(String text) {
    String plain = text.replaceAll("[^\\x20-\\x7e]", "?");
    return plain.length() > MOST_SHOWN ? plain.substring(0, MOST_SHOWN) + "…" : plain;
  }

  private final class Told implements PeerLink.Taker {
    @Override
    public void seen(String from, NodeState state) {
      Peers.this.seen(from, state);
    }

    @Override
    public void all(String from, Set<String> names) {
      for (String name : List.copyOf(seen.keySet())) {
        if (!names.contains(name)) {
          unseen(name, from);
        }
      }
    }

    @Override
    public void changed() {
      Peers.this.changed();
    }
  }

  private void changed() {
    List<String> all = new ArrayList<>();
    if (!storeTrouble.isEmpty()) {
      all.add(storeTrouble);
    }
    all.addAll(oddReplicas);
    links.values().forEach(link -> link.trouble().ifPresent(all::add));
    troubles = List.copyOf(all);
  }

  private void seen(String from, NodeState state) {
    String name = state.getNode().getName();
    // This replica's own nodes are kept once, and shown as they are when somebody asks.
    Fleet.Sighting sighting =
        from.equals(replica) ? detail -> own.node(name, detail).orElse(state) : _ -> state;
    seen.computeIfAbsent(name, _ -> new HashMap<>(2))
        .put(from, new Seen(state.getAttached(), state.getSinceMillis(), sighting));
    show(name);
  }

  private void unseen(String name, String by) {
    Map<String, Seen> all = seen.get(name);
    if (all != null && all.remove(by) != null) {
      if (all.isEmpty()) {
        seen.remove(name);
        whole.forget(name);
      } else {
        show(name);
      }
    }
  }

  private void show(String name) {
    Optional<Seen> best =
        seen.getOrDefault(name, Map.of()).values().stream()
            .reduce((one, other) -> other.newerThan(one) ? other : one);
    best.ifPresent(one -> whole.put(name, one.sighting()));
  }

  /** A replica has ended, and with it the streams of its nodes. */
  private void gone(String other) {
    long now = clock.millis();
    for (Map.Entry<String, Map<String, Seen>> entry : List.copyOf(seen.entrySet())) {
      Seen last = entry.getValue().get(other);
      if (last != null && last.attached()) {
        NodeState left =
            last.sighting().state(Fleet.Detail.SUMMARY).toBuilder()
                .setAttached(false)
                .setSinceMillis(now)
                .build();
        entry.getValue().put(other, new Seen(false, now, _ -> left));
        show(entry.getKey());
      }
    }
  }

  private void tick() {
    if (!oddReplicas.isEmpty() && !lookingAgain && storeTrouble.isEmpty()) {
      lookingAgain = true;
      look(); // Perhaps it can be asked now.
    }
    long forgotten = clock.millis() - forgetAfter.toMillis();
    for (Map.Entry<String, Map<String, Seen>> entry : List.copyOf(seen.entrySet())) {
      for (Map.Entry<String, Seen> one : List.copyOf(entry.getValue().entrySet())) {
        if (!one.getValue().attached() && one.getValue().sinceMillis() < forgotten) {
          unseen(entry.getKey(), one.getKey());
        }
      }
    }
  }

  private void onLoop(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException stopped) {
      log.atDebug().log("the loop has ended");
    }
  }
}
