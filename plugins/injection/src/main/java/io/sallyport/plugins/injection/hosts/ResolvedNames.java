package io.sallyport.plugins.injection.hosts;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.HostName;
import io.sallyport.plugins.injection.dns.NameLookup.Found;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of the names, and for how long it holds. An answer replaces the last one; nothing
 * else ends it but a denial without a break, since a name server that has just started, or has lost
 * its own source, denies what exists.
 *
 * <p>Any thread.
 */
final class ResolvedNames {
  private final ResolvedNameSettings settings;
  private final InstantSource clock;
  private final Map<HostName, List<InetAddress>> known = new HashMap<>();
  private final Map<HostName, Instant> deniedSince = new HashMap<>();
  private final Map<HostName, String> troubles = new HashMap<>();

  ResolvedNames(ResolvedNameSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** Takes lines of an earlier run for what was known then. */
  synchronized void remember(List<OwnLine> lines) {
    for (OwnLine line : lines) {
      List<String> words = Arrays.asList(line.entry().split(" ", -1));
      for (HostName name : settings.names()) {
        if (words.subList(1, words.size()).contains(name.text())) {
          Addresses.literal(words.getFirst())
              .ifPresent(
                  address -> known.computeIfAbsent(name, key -> new ArrayList<>()).add(address));
        }
      }
    }
  }

  /**
   * Takes what came of asking.
   *
   * @return what has changed, in words for people; empty when nothing has
   */
  synchronized Optional<String> take(HostName name, Found found) {
    return switch (found) {
      case Found.At(List<InetAddress> answered, boolean whole) -> {
        List<InetAddress> addresses = whole ? answered : withOtherFamily(name, answered);
        deniedSince.remove(name);
        boolean recovered = troubles.remove(name) != null;
        boolean news = !addresses.equals(known.put(name, addresses));
        yield news || recovered
            ? Optional.of(name + " leads to " + texts(addresses))
            : Optional.empty();
      }
      case Found.Unknown(String reason) -> {
        deniedSince.remove(name);
        yield trouble(name, reason);
      }
      case Found.Denied() -> denied(name);
    };
  }

  /** The lines that should be there. */
  synchronized List<OwnLine> lines() {
    List<OwnLine> lines = new ArrayList<>();
    for (HostName name : settings.names()) {
      String names =
          settings.domain().isPresent() ? name + " " + settings.question(name) : name.text();
      for (InetAddress address : known.getOrDefault(name, List.of())) {
        lines.add(new OwnLine("resolved", Addresses.text(address) + " " + names, Owner.RESOLVED));
      }
    }
    return lines;
  }

  /** What a person should know, one sentence each. */
  synchronized List<String> troubles() {
    List<String> all = new ArrayList<>();
    for (HostName name : settings.names()) {
      String trouble = troubles.get(name);
      if (trouble != null) {
        all.add(
            settings.question(name)
                + ": "
                + trouble
                + (known.containsKey(name) ? "; its last good address stays" : ""));
      }
    }
    return all;
  }

  /** What nobody could say about stays. */
  private List<InetAddress> withOtherFamily(HostName name, List<InetAddress> answered) {
    List<InetAddress> all = new ArrayList<>(answered);
    for (InetAddress before : known.getOrDefault(name, List.of())) {
      if (answered.stream().noneMatch(now -> now.getClass().equals(before.getClass()))) {
        all.add(before);
      }
    }
    return all;
  }

  private Optional<String> denied(HostName name) {
    Instant now = clock.instant();
    Instant since = deniedSince.computeIfAbsent(name, key -> now);
    Duration denied = Duration.between(since, now);
    if (denied.compareTo(settings.forgetAfter()) >= 0 && known.remove(name) != null) {
      trouble(name, "the name server knows no such name");
      return Optional.of(name + " is forgotten");
    }
    return trouble(name, "the name server knows no such name");
  }

  private Optional<String> trouble(HostName name, String reason) {
    return reason.equals(troubles.put(name, reason))
        ? Optional.empty()
        : Optional.of(name + ": " + reason);
  }

  private static String texts(List<InetAddress> addresses) {
    return String.join(", ", addresses.stream().map(Addresses::text).toList());
  }
}
