package io.sallyport.api.catalog;

import io.sallyport.api.config.Origin;
import io.sallyport.api.config.Problem;
import io.sallyport.api.config.Severity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What must hold between the services that share one address and port. */
final class CrossingRules {
  private final String listener;
  private final Map<String, String> names = new HashMap<>();
  private @Nullable String first;
  private @Nullable Preamble agreed;
  private @Nullable String fallback;

  CrossingRules(String listener) {
    this.listener = listener;
  }

  /** What is wrong with one more service. */
  List<Problem> claims(String path, Preamble preamble) {
    List<Problem> problems = new ArrayList<>();
    Routing routing = preamble.routing();
    if (routing.names().isEmpty() && !routing.fallback()) {
      problems.add(
          problem(
              path + ".route",
              "",
              "leads nobody here: it has no server name and is not the default",
              "add names = [icr.io], or default = true"));
    }
    for (int i = 0; i < routing.names().size(); i++) {
      String name = routing.names().get(i);
      String other = names.putIfAbsent(name, path);
      if (other != null) {
        problems.add(
            problem(
                path + ".route.names[" + i + "]",
                name,
                other.equals(path)
                    ? "stands twice in this port"
                    : "leads to " + other + " already, on " + listener,
                "leave it to one of them"));
      }
    }
    String other = fallback;
    if (routing.fallback() && other != null) {
      problems.add(
          problem(
              path + ".route.default",
              "true",
              "is said of " + other + " already, on " + listener,
              "leave it to one of them"));
    } else if (routing.fallback()) {
      fallback = path;
    }
    agrees(path, preamble, problems);
    return problems;
  }

  /** What is heard before the service is known must be the same for all. */
  private void agrees(String path, Preamble preamble, List<Problem> problems) {
    Preamble before = agreed;
    if (before == null) {
      agreed = preamble;
      first = path;
      return;
    }
    if (!before.accept().equals(preamble.accept())) {
      problems.add(
          problem(
              path + ".accept-proxy",
              "",
              "differs from that of " + first + ", with which it shares " + listener,
              "say the same of both: it counts before the service is known"));
    }
    if (!before.patience().equals(preamble.patience())) {
      problems.add(
          problem(
              path + ".preamble-timeout",
              preamble.patience().toMillis() + "ms",
              "differs from that of " + first + ", with which it shares " + listener,
              "say the same of both: it counts before the service is known"));
    }
  }

  private static Problem problem(String path, String value, String message, String remedy) {
    return new Problem(Severity.ERROR, Origin.UNKNOWN, path, value, message, remedy);
  }
}
