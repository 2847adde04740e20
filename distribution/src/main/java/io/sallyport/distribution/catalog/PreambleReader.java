package io.sallyport.distribution.catalog;

import io.sallyport.api.catalog.AcceptProxy;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.catalog.NetworkPrefix;
import io.sallyport.api.catalog.Preamble;
import io.sallyport.api.catalog.Routing;
import io.sallyport.distribution.hocon.HoconSection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads what comes before a session's own bytes. */
final class PreambleReader {
  private static final Duration LEAST_PATIENCE = Duration.ofMillis(10);
  private static final Duration MOST_PATIENCE = Duration.ofMinutes(5);

  private PreambleReader() {}

  /** What a section says, over what the layers below said. */
  static Preamble read(HoconSection section, Preamble below) {
    Optional<HoconSection> accept = section.within("accept-proxy");
    Optional<HoconSection> route = section.within("route");
    Preamble read =
        new Preamble(
            accept.map(said -> accept(said, below.accept())).orElse(below.accept()),
            section.choice("send-proxy", below.send()),
            route.map(said -> routing(said, below.routing())).orElse(below.routing()),
            section.duration("preamble-timeout", below.patience(), LEAST_PATIENCE, MOST_PATIENCE));
    accept.ifPresent(HoconSection::finish);
    route.ifPresent(HoconSection::finish);
    return read;
  }

  /** Services are told apart by their public names, unless something else is said. */
  static Preamble named(Preamble preamble, List<HostName> names) {
    Routing routing = preamble.routing();
    if (routing.by() == Routing.By.NONE || !routing.names().isEmpty()) {
      return preamble;
    }
    List<String> texts = names.stream().map(HostName::text).toList();
    return new Preamble(
        preamble.accept(),
        preamble.send(),
        new Routing(routing.by(), texts, routing.fallback()),
        preamble.patience());
  }

  private static AcceptProxy accept(HoconSection section, AcceptProxy below) {
    String key = "from";
    List<NetworkPrefix> from = EntryReader.networks(section, key);
    return new AcceptProxy(
        section.has(key) ? from : below.from(), section.choice("others", below.others()));
  }

  private static Routing routing(HoconSection section, Routing below) {
    String key = "names";
    List<String> names = section.texts(key);
    for (int i = 0; i < names.size(); i++) {
      Optional<String> complaint = Routing.complaint(names.get(i));
      if (complaint.isPresent()) {
        EntryReader.wrong(
            section,
            key,
            i,
            complaint.get(),
            "use a server name such as icr.io, or *.icr.io for all that end so");
      }
    }
    return new Routing(
        section.choice("by", below.by()),
        section.has(key) ? names : below.names(),
        section.flag("default", below.fallback()));
  }
}
