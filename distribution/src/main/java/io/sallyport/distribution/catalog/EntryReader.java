package io.sallyport.distribution.catalog;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.NetworkPrefix;
import io.sallyport.distribution.catalog.Behaviour.Entry;
import io.sallyport.distribution.hocon.HoconSection;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads who may come, who waits for room, and from where connections go on. */
final class EntryReader {
  static final String SOURCE = "source-address";
  private static final Duration SHORTEST = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofHours(1);

  private EntryReader() {}

  /** What a section says, over what the layers below said. */
  static Entry read(HoconSection section, Entry below) {
    List<NetworkPrefix> clients = networks(section, "allow-clients");
    Optional<HoconSection> queue = section.within("queue");
    Entry entry =
        new Entry(
            section.has("allow-clients") ? clients : below.clients(),
            queue
                .map(said -> said.integer("max", below.most(), 0, Integer.MAX_VALUE))
                .orElse(below.most()),
            queue.map(said -> timeout(said, below.timeout())).orElse(below.timeout()));
    queue.ifPresent(HoconSection::finish);
    return entry;
  }

  private static Optional<Duration> timeout(HoconSection queue, Optional<Duration> below) {
    Duration read = queue.duration("timeout", below.orElse(Duration.ZERO), SHORTEST, LONGEST);
    return read.isZero() ? Optional.empty() : Optional.of(read);
  }

  /** The address that a section says connections come from; an empty one says: any. */
  static Optional<InetAddress> source(HoconSection section, Optional<InetAddress> below) {
    if (!section.has(SOURCE)) {
      return below;
    }
    Optional<String> text = section.text(SOURCE).filter(said -> !said.isEmpty());
    Optional<InetAddress> address = text.flatMap(Addresses::literal);
    if (text.isPresent() && address.isEmpty()) {
      section.problem(
          SOURCE,
          "is not an IPv4 or IPv6 address",
          "write one that the node has, such as 10.1.2.3; \"\" leaves it to the kernel");
    }
    return address;
  }

  /** A list of networks. */
  static List<NetworkPrefix> networks(HoconSection section, String key) {
    List<NetworkPrefix> networks = new ArrayList<>();
    List<String> texts = section.texts(key);
    for (int i = 0; i < texts.size(); i++) {
      Optional<NetworkPrefix> network = NetworkPrefix.read(texts.get(i));
      if (network.isEmpty()) {
        wrong(
            section,
            key,
            i,
            "is neither a network nor an address",
            "write one such as 10.0.0.0/8, with no bits behind its length, or 10.1.2.3");
      }
      network.ifPresent(networks::add);
    }
    return networks;
  }

  /** One of a list's texts is wrong. */
  static void wrong(HoconSection section, String key, int index, String message, String remedy) {
    ConfigValue value = section.object().get(key);
    if (value instanceof ConfigList list && index < list.size()) {
      section.problem(list.get(index), section.pathOf(key) + "[" + index + "]", message, remedy);
    } else {
      section.problem(key, message, remedy);
    }
  }
}
