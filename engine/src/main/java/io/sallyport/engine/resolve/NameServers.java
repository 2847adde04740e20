package io.sallyport.engine.resolve;

import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.resolver.HostsFileEntriesResolver;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsErrorCauseException;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverChannelStrategy;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The name servers: those that were given, or those of {@code resolv.conf}, which is read again
 * when it has changed. May block for reading that file, never for an answer; any thread.
 */
final class NameServers implements AutoCloseable {
  private static final Duration QUERY_TIMEOUT = Duration.ofSeconds(2);
  private static final long UNKNOWN_TTL_SECONDS = 30;

  /** The hosts file has been asked already. */
  private static final HostsFileEntriesResolver NO_HOSTS_FILE = (name, types) -> null;

  private final List<InetSocketAddress> servers;
  private final Path resolvConf;
  private final EventLoop loop;
  private final Class<? extends DatagramChannel> datagrams;
  private final Class<? extends SocketChannel> sockets;
  private final TtlCapture ttls = new TtlCapture();
  private @Nullable FileStamp read;
  private @Nullable DnsNameResolver resolver;
  private boolean closed;

  NameServers(
      List<InetSocketAddress> servers,
      Path resolvConf,
      EventLoop loop,
      Class<? extends DatagramChannel> datagrams,
      Class<? extends SocketChannel> sockets) {
    this.servers = servers;
    this.resolvConf = resolvConf;
    this.loop = loop;
    this.datagrams = datagrams;
    this.sockets = sockets;
  }

  /** Asks for the addresses of a name, IPv4 first. */
  synchronized Future<List<InetAddress>> ask(String name) {
    if (closed) {
      return loop.newFailedFuture(new IllegalStateException("the agent stops"));
    }
    return current().resolveAll(name);
  }

  /** For how long the last answer for a name holds. */
  Duration timeToLive(String name) {
    return Duration.ofSeconds(ttls.take(name, UNKNOWN_TTL_SECONDS));
  }

  /** Why there is no answer, in words that stay the same while the reason does. */
  static String fault(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof DnsNameResolverTimeoutException) {
        return "no name server answered within " + QUERY_TIMEOUT.toSeconds() + " s";
      }
      if (cause instanceof DnsErrorCauseException refused) {
        return refused.getCode().equals(DnsResponseCode.NXDOMAIN)
            ? "the name server knows no such name"
            : "the name server answers " + refused.getCode();
      }
    }
    return thrown instanceof UnknownHostException
        ? "no name server has an answer"
        : String.valueOf(thrown.getMessage());
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (resolver != null) {
      resolver.close();
    }
  }

  private DnsNameResolver current() {
    FileStamp now = servers.isEmpty() ? FileStamp.of(resolvConf) : FileStamp.MISSING;
    DnsNameResolver in = resolver;
    if (in != null && now.equals(read)) {
      return in;
    }
    read = now;
    if (in != null) {
      // Its open questions fail, and are asked again.
      in.close();
    }
    ResolvConf conf = servers.isEmpty() ? ResolvConf.of(resolvConf) : ResolvConf.with(servers);
    DnsNameResolver made = open(conf);
    resolver = made;
    return made;
  }

  private DnsNameResolver open(ResolvConf conf) {
    DnsServerAddressStreamProvider provider =
        new SequentialDnsServerAddressStreamProvider(conf.servers());
    return new DnsNameResolverBuilder(loop)
        .datagramChannelType(datagrams)
        .socketChannelType(sockets)
        .resolvedAddressTypes(ResolvedAddressTypes.IPV4_PREFERRED)
        .queryTimeoutMillis(QUERY_TIMEOUT.toMillis())
        .datagramChannelStrategy(DnsNameResolverChannelStrategy.ChannelPerResolution)
        .resolveCache(ttls)
        .cnameCache(ttls.aliases())
        .hostsFileEntriesResolver(NO_HOSTS_FILE)
        .searchDomains(conf.search())
        .ndots(conf.ndots())
        .nameServerProvider(provider)
        .build();
  }
}
