package io.sallyport.plugins.injection.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.HostName;
import io.sallyport.api.injection.HostBinding;
import io.sallyport.api.injection.InjectionReport;
import io.sallyport.api.injection.InjectionReport.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The namespace that a scenario runs in, as ip(8) shows it, and injectors on it. */
final class ScenarioNode {
  private static final Pattern ADDRESS =
      Pattern.compile("\"local\":\"([^\"]+)\"[^{}]*?\"prefixlen\":(\\d+)");

  private final Path directory;

  /** What the injectors reported as drift, in order. */
  final List<String> drift = new CopyOnWriteArrayList<>();

  ScenarioNode(Path directory) {
    this.directory = directory;
  }

  /** Runs ip(8), which must succeed. */
  String ip(String... arguments) {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    return succeed(command);
  }

  /** Runs a command, which must succeed. */
  static String succeed(List<String> command) {
    try {
      Namespaces.Output output = Namespaces.run(command);
      assertThat(output.code()).as("%s: %s", command, output.text()).isZero();
      return output.text();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The addresses of a link, without those that the kernel gives by itself. */
  Set<String> addresses(String link) {
    Set<String> addresses = new TreeSet<>();
    ADDRESS
        .matcher(ip("-json", "addr", "show", "dev", link))
        .results()
        .map((MatchResult match) -> match.group(1) + "/" + match.group(2))
        .filter(address -> !address.startsWith("fe80:"))
        .filter(address -> !Set.of("127.0.0.1/8", "::1/128").contains(address))
        .forEach(addresses::add);
    return addresses;
  }

  /** Whether ip(8) shows a link of this name. */
  boolean hasLink(String name) {
    return ip("-oneline", "link").contains(": " + name + ":");
  }

  /** A new injector, as after a start of the agent. */
  LoopbackInjector injector(String link) {
    return injector(link, Netlink.USUAL_BATCH);
  }

  LoopbackInjector injector(String link, int batch) {
    return new LoopbackInjector(link, LibC.load(), record(), drift::add, new SecureRandom(), batch);
  }

  /** The record that all injectors of this node share. */
  OwnershipRecord record() {
    return new OwnershipRecord(
        directory.resolve("loopback-addresses"), NodeIdentity.read(Path.of("/proc")));
  }

  /** One binding for each address. */
  static Set<HostBinding> bindings(String... addresses) {
    Set<HostBinding> bindings = new LinkedHashSet<>();
    Stream.of(addresses).forEach(address -> bindings.add(binding(address)));
    return bindings;
  }

  static HostBinding binding(String address) {
    return new HostBinding(
        "service-" + address, InetAddress.ofLiteral(address), List.of(new HostName("icr.io")));
  }

  /** Asserts that every binding is in place, and how many addresses changed. */
  static void assertInPlace(InjectionReport report, int changes) {
    assertThat(report.outcomes().values())
        .allSatisfy(outcome -> assertThat(outcome).isEqualTo(new Outcome.InPlace()));
    assertThat(report.changes()).as("changes").isEqualTo(changes);
    assertThat(report.note()).isEmpty();
  }

  /** The refusal of an address. */
  static Outcome.Refused refusal(InjectionReport report, String address) {
    Outcome outcome = report.outcomes().get(binding(address));
    assertThat(outcome).isInstanceOf(Outcome.Refused.class);
    return (Outcome.Refused) outcome;
  }
}
