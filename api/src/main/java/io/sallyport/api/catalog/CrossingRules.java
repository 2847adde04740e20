package io.sallyport.api.catalog;

import io.sallyport.api.config.Origin;
import io.sallyport.api.config.Problem;
import io.sallyport.api.config.Severity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What must hold between the services that share one address and port. */
final class CrossingRules {
  private final String listener;
  private final List<Member> members = new ArrayList<>();
  private final Map<String, List<Member>> names = new HashMap<>();

  /** One of the services. */
  private record Member(String path, Preamble preamble, NodeSelector nodes) {}

  CrossingRules(String listener) {
    this.listener = listener;
  }

  /** What is wrong with one more service. */
  List<Problem> claims(String path, Preamble preamble, NodeSelector nodes) {
    List<Problem> problems = new ArrayList<>();
    Routing routing = preamble.routing();
    Member member = new Member(path, preamble, nodes);
    List<Member> others = members.stream().filter(other -> !other.nodes().disjoint(nodes)).toList();
    members.add(member);
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
      List<Member> takers = names.computeIfAbsent(name, none -> new ArrayList<>(1));
      Optional<Member> taker =
          takers.stream().filter(other -> !other.nodes().disjoint(nodes)).findFirst();
      if (taker.isPresent()) {
        problems.add(
            problem(
                path + ".route.names[" + i + "]",
                name,
                taker.get().equals(member)
                    ? "stands twice in this port"
                    : "leads to " + taker.get().path() + " already, on " + listener,
                "leave it to one of them"));
      }
      takers.add(member);
    }
    others.stream()
        .filter(other -> routing.fallback() && other.preamble().routing().fallback())
        .findFirst()
        .ifPresent(other ->
            problems.add(
                problem(
                    path + ".route.default",
                    "true",
                    "is said of " + other.path() + " already, on " + listener,
                    "leave it to one of them")));
    others.stream()
        .filter(other -> !soundsAlike(other.preamble(), preamble))
        .findFirst()
        .ifPresent(other -> agrees(member, other, problems));
    return problems;
  }

  private static boolean soundsAlike(Preamble one, Preamble other) {
    return one.accept().equals(other.accept()) && one.patience().equals(other.patience());
  }

  /** What is heard before the service is known must be the same for all. */
  private void agrees(Member member, Member first, List<Problem> problems) {
    if (!first.preamble().accept().equals(member.preamble().accept())) {
      problems.add(
          problem(
              member.path() + ".accept-proxy",
              "",
              "differs from that of " + first.path() + ", with which it shares " + listener,
              "say the same of both: it counts before the service is known"));
    }
    if (!first.preamble().patience().equals(member.preamble().patience())) {
      problems.add(
          problem(
              member.path() + ".preamble-timeout",
              member.preamble().patience().toMillis() + "ms",
              "differs from that of " + first.path() + ", with which it shares " + listener,
              "say the same of both: it counts before the service is known"));
    }
  }

  private static Problem problem(String path, String value, String message, String remedy) {
    return new Problem(Severity.ERROR, Origin.UNKNOWN, path, value, message, remedy);
  }
}
