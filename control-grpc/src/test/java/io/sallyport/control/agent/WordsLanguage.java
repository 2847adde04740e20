package io.sallyport.control.agent;

import io.sallyport.api.catalog.AllDown;
import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.EndpointRole;
import io.sallyport.api.catalog.HealthPolicy;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.catalog.NodeSelector;
import io.sallyport.api.catalog.OnDown;
import io.sallyport.api.catalog.OnUp;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.catalog.Spreading;
import io.sallyport.api.catalog.TcpOptions;
import io.sallyport.api.catalog.Timeouts;
import io.sallyport.api.config.Origin;
import io.sallyport.api.config.Problem;
import io.sallyport.api.config.Severity;
import io.sallyport.api.plugin.Strategy;
import io.sallyport.api.source.CatalogLanguage;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Services in words: {@code NAME ADDRESS PORT [ZONE]}. Anything else is a problem. Counts what it
 * reads.
 */
final class WordsLanguage implements CatalogLanguage {
  final AtomicInteger reads = new AtomicInteger();

  private record Nothing() {}

  @Override
  public String text(Service service) {
    throw new UnsupportedOperationException("nobody writes");
  }

  @Override
  public Reading read(String id, String text) {
    reads.incrementAndGet();
    String[] words = text.split(" ", -1);
    if (words.length < 3) {
      return new Reading.Refused(
          List.of(
              new Problem(
                  Severity.ERROR,
                  Origin.UNKNOWN,
                  "services." + id + ".adress",
                  text,
                  "unknown key",
                  "did you mean \"address\"?")));
    }
    return new Reading.Read(
        new Service(
            id,
            List.of(new HostName(words[0])),
            InetAddress.ofLiteral(words[1]),
            List.of(port(Integer.parseInt(words[2]))),
            words.length < 4
                ? NodeSelector.ALL
                : new NodeSelector(Set.of(), Set.of(), Set.of(words[3]), Map.of())),
        List.of());
  }

  private static ServicePort port(int listen) {
    Duration second = Duration.ofSeconds(1);
    return new ServicePort(
        listen,
        List.of(
            new Endpoint(
                "stand-in",
                "stand-in.invalid",
                1,
                "",
                1,
                EndpointRole.PRIMARY,
                EndpointMode.ENABLED,
                true)),
        new Strategy("round-robin", new Nothing()),
        Spreading.PLAIN,
        new HealthPolicy(
            new Strategy("tcp", new Nothing()),
            second,
            second,
            second,
            second,
            1,
            1,
            OptionalInt.empty()),
        new Timeouts(second, second, second, second, second),
        new TcpOptions(second, second, 1, second),
        1,
        0,
        OnDown.KEEP_SESSIONS,
        OnUp.KEEP_BACKUP_SESSIONS,
        AllDown.FAIL_OPEN);
  }
}
