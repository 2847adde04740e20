package io.sallyport.engine.resolve;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;
import io.sallyport.api.catalog.Addresses;
import io.sallyport.engine.control.ControlLoop;
import io.sallyport.engine.event.EngineEvent;
import io.sallyport.engine.event.EngineEvents;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Watches host names: resolves them, and again when their time to live is over. A failure keeps the
 * last good addresses and is tried again, with growing pauses.
 *
 * <p>Watches of one name share one question. Control loop only; asks on the side loop.
 *
 * @since 0.1
 */
public final class HostResolver implements AutoCloseable {
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

  /** Looking at the file costs next to nothing. */
  private static final Duration HOSTS_FILE_TTL = Duration.ofSeconds(10);

  private final ControlLoop loop;
  private final EngineEvents events;
  private final RandomGenerator random;
  private final HostsFile hostsFile;
  private final NameServers nameServers;
  private final Map<String, Host> hosts = new HashMap<>();
  private volatile boolean closed;

  /**
   * Whom to ask.
   *
   * @param hostsFile asked first
   * @param servers asked then, in this order; empty means as {@code resolvConf} says
   * @param resolvConf names servers and a search list
   */
  public record Sources(Path hostsFile, List<InetSocketAddress> servers, Path resolvConf) {
    private static final Path HOSTS = Path.of("/etc/hosts");
    private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");

    /** As the node's own programs do, but for the name servers where some are given. */
    public static Sources ofNode(List<InetSocketAddress> servers) {
      return new Sources(HOSTS, servers, RESOLV_CONF);
    }
  }

  /** Makes a resolver that has not asked anything. */
  public HostResolver(
      Sources sources,
      ControlLoop loop,
      EventLoopGroup sideLoop,
      Class<? extends DatagramChannel> datagrams,
      Class<? extends SocketChannel> sockets,
      EngineEvents events,
      RandomGenerator random) {
    this.loop = loop;
    this.events = events;
    this.random = random;
    this.hostsFile = new HostsFile(sources.hostsFile());
    this.nameServers =
        new NameServers(
            sources.servers(), sources.resolvConf(), sideLoop.next(), datagrams, sockets);
  }

  /** An interest in one host. */
  @FunctionalInterface
  public interface Watch {
    /** Ends the interest. */
    void close();
  }

  /**
   * Tells what a host resolves to, or why it does not, whenever that changes; an address, or what
   * is known of a name already, at once.
   */
  public Watch watch(String host, Consumer<Resolution> onChange) {
    var literal = Addresses.literal(host);
    if (literal.isPresent()) {
      onChange.accept(new Resolution(List.of(literal.get()), ""));
      return () -> {};
    }
    Host watched = hosts.computeIfAbsent(host, Host::new);
    watched.watchers.add(onChange);
    Resolution known = watched.known;
    if (known != null) {
      onChange.accept(known);
    } else if (watched.watchers.size() == 1) {
      watched.ask();
    }
    return () -> {
      watched.watchers.remove(onChange);
      if (watched.watchers.isEmpty() && hosts.remove(host, watched)) {
        watched.timer.cancel();
      }
    };
  }

  /** Asks no more. Any thread. */
  @Override
  public void close() {
    closed = true;
    nameServers.close();
  }

  /** One name, and who wants to know of it. */
  private final class Host {
    private final String name;
    private final List<Consumer<Resolution>> watchers = new ArrayList<>();
    private @Nullable Resolution known;
    private ControlLoop.Timer timer = ControlLoop.Timer.NONE;
    private int failures;

    Host(String name) {
      this.name = name;
    }

    void ask() {
      if (closed || watchers.isEmpty()) {
        return;
      }
      // Files are read, and those of a network file system may keep one waiting.
      Thread.ofVirtual()
          .name("sallyport-resolve")
          .start(() -> {
            try {
              askSources();
            } catch (RuntimeException fault) {
              String words = "the resolver failed: " + fault;
              loop.execute(() -> answered(List.of(), words, Duration.ZERO));
            }
          });
    }

    private void askSources() {
      List<InetAddress> written = hostsFile.addresses(name);
      if (!written.isEmpty()) {
        loop.execute(() -> answered(written, "", HOSTS_FILE_TTL));
        return;
      }
      nameServers
          .ask(name)
          .addListener((Future<List<InetAddress>> answer) -> {
            List<InetAddress> addresses =
                answer.isSuccess() ? List.copyOf(answer.getNow()) : List.of();
            String fault = answer.isSuccess() ? "" : NameServers.fault(answer.cause());
            Duration ttl = nameServers.timeToLive(name);
            loop.execute(() -> answered(addresses, fault, ttl));
          });
    }

    private void answered(List<InetAddress> addresses, String fault, Duration ttl) {
      if (closed || watchers.isEmpty()) {
        return;
      }
      if (addresses.isEmpty()) {
        failures++;
        Duration pause = SHORTEST.multipliedBy(1L << Math.min(failures - 1, 5));
        again(pause.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : pause);
        Resolution last = known;
        tell(new Resolution(last == null ? List.of() : last.addresses(), fault));
      } else {
        failures = 0;
        again(within(ttl));
        tell(new Resolution(steady(addresses), ""));
      }
    }

    private void again(Duration delay) {
      long jitter = random.nextLong(delay.toNanos() / 10 + 1);
      timer = loop.schedule(delay.plusNanos(jitter), this::ask);
    }

    /** The address in use stays first while it is still in the answer. */
    private List<InetAddress> steady(List<InetAddress> addresses) {
      List<InetAddress> ordered = new ArrayList<>(addresses);
      Resolution last = known;
      if (last != null) {
        List<InetAddress> kept = new ArrayList<>(last.addresses());
        kept.retainAll(addresses);
        ordered.removeAll(kept);
        ordered.addAll(0, kept);
      }
      return ordered;
    }

    private void tell(Resolution now) {
      if (now.equals(known)) {
        return;
      }
      known = now;
      events.happened(
          new EngineEvent.HostResolved(
              name, now.addresses().stream().map(Addresses::text).toList(), now.fault()));
      List.copyOf(watchers).forEach(watcher -> watcher.accept(now));
    }
  }

  private static Duration within(Duration ttl) {
    if (ttl.compareTo(SHORTEST) < 0) {
      return SHORTEST;
    }
    return ttl.compareTo(LONGEST) > 0 ? LONGEST : ttl;
  }
}
