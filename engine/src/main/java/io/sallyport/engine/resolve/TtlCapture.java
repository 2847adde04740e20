package io.sallyport.engine.resolve;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.resolver.dns.DnsCache;
import io.netty.resolver.dns.DnsCacheEntry;
import io.netty.resolver.dns.DnsCnameCache;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A cache that caches nothing, and so hears the time to live of every record: Netty tells it to its
 * cache alone. Any thread.
 */
final class TtlCapture implements DnsCache {
  private static final DnsCacheEntry NOTHING =
      new DnsCacheEntry() {
        @Override
        public @Nullable InetAddress address() {
          return null;
        }

        @Override
        public @Nullable Throwable cause() {
          return null;
        }
      };

  private final Map<String, Long> seconds = new ConcurrentHashMap<>();

  /** The shortest time to live heard for a host since the last call, in seconds; else this one. */
  long take(String host, long otherwise) {
    Long heard = seconds.remove(key(host));
    return heard == null ? otherwise : heard;
  }

  /** Hears the times to live of aliases, which end those of what they lead to. */
  DnsCnameCache aliases() {
    return new DnsCnameCache() {
      @Override
      public @Nullable String get(String hostname) {
        return null;
      }

      @Override
      public void cache(String hostname, String cname, long originalTtl, EventLoop loop) {
        seconds.merge(key(hostname), originalTtl, Math::min);
      }

      @Override
      public void clear() {}

      @Override
      public boolean clear(String hostname) {
        return false;
      }
    };
  }

  @Override
  public void clear() {
    seconds.clear();
  }

  @Override
  public boolean clear(String hostname) {
    return seconds.remove(key(hostname)) != null;
  }

  @Override
  public List<? extends DnsCacheEntry> get(String hostname, DnsRecord @Nullable [] additionals) {
    return List.of();
  }

  @Override
  public DnsCacheEntry cache(
      String hostname,
      DnsRecord @Nullable [] additionals,
      InetAddress address,
      long originalTtl,
      EventLoop loop) {
    seconds.merge(key(hostname), originalTtl, Math::min);
    return NOTHING;
  }

  @Override
  public DnsCacheEntry cache(
      String hostname, DnsRecord @Nullable [] additionals, Throwable cause, EventLoop loop) {
    return NOTHING;
  }

  private static String key(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }
}
