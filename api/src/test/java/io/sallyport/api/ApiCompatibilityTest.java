package io.sallyport.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.balancing.Picker;
import io.sallyport.api.health.HealthCheck;
import io.sallyport.api.health.HealthCheckFactory;
import io.sallyport.api.health.ProbeDialogue;
import io.sallyport.api.injection.HostInjector;
import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.api.plugin.ApiVersion;
import io.sallyport.api.plugin.StrategyFactory;
import io.sallyport.api.source.CatalogSource;
import io.sallyport.api.source.CatalogSourceFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Plugins that were built for the last release go on working. {@code signatures.txt} is what that
 * release showed, its first line the version of the API; as long as there is none, what the
 * examples were first written against.
 */
class ApiCompatibilityTest {
  private static final Path BASELINE = Path.of("src/test/resources/signatures.txt");
  private static final String RENEW = "sallyport.api.renew";

  /** What plugins implement: to those nothing abstract may be added. */
  private static final Set<String> IMPLEMENTED =
      Stream.of(
              Balancer.class,
              BalancerFactory.class,
              CatalogSource.class,
              CatalogSourceFactory.class,
              HealthCheck.class,
              HealthCheckFactory.class,
              HostInjector.class,
              HostInjectorFactory.class,
              Picker.class,
              ProbeDialogue.class,
              StrategyFactory.class)
          .map(Class::getName)
          .collect(Collectors.toSet());

  @Test
  void pluginsOfTheLastReleaseGoOnWorking() throws Exception {
    List<String> now = Signatures.of(classes());
    if (System.getProperty(RENEW) != null) {
      List<String> lines = new ArrayList<>(List.of(ApiVersion.CURRENT.toString()));
      lines.addAll(now);
      Files.createDirectories(BASELINE.getParent());
      Files.write(BASELINE, lines);
    }
    List<String> then = Files.readAllLines(BASELINE);
    ApiVersion released = ApiVersion.of(then.getFirst()).orElseThrow();
    if (released.major() != ApiVersion.CURRENT.major()) {
      return;
    }
    assertThat(breaks(then.subList(1, then.size()), now))
        .as(
            "what breaks plugins that were built for version %s of the API; take it back, or raise"
                + " the major number in ApiVersion and say so in CHANGELOG.md. After a release, and"
                + " as long as nothing is released, run this test with -D%s to renew %s",
            released, RENEW, BASELINE)
        .isEmpty();
  }

  @Test
  void whatBreaksAPluginIsFound() {
    String picker = Picker.class.getName();
    String pick = picker + "#pick(io.sallyport.api.balancing.PickRequest) abstract int";
    List<String> then = List.of(picker + " interface", pick, "a.B#c() int");
    assertThat(breaks(then, then)).isEmpty();
    assertThat(breaks(then, List.of(picker + " interface", pick, "a.B#c() long")))
        .containsExactly("gone or changed: a.B#c() int");
    assertThat(
            breaks(
                then, List.of(picker + " interface", pick, "a.B#c() int", "a.B#d() abstract int")))
        .as("an addition to what only we implement")
        .isEmpty();
    assertThat(
            breaks(
                then,
                List.of(
                    picker + " interface", pick, "a.B#c() int", picker + "#two() abstract int")))
        .containsExactly("abstract, and plugins do not have it: " + picker + "#two() abstract int");
  }

  private static List<String> breaks(List<String> then, List<String> now) {
    Set<String> has = Set.copyOf(now);
    Set<String> had = Set.copyOf(then);
    List<String> breaks = new ArrayList<>();
    then.stream()
        .filter(line -> !has.contains(line))
        .forEach(line -> breaks.add("gone or changed: " + line));
    for (String line : new TreeSet<>(now)) {
      int member = line.indexOf('#');
      boolean implemented =
          member > 0
              && IMPLEMENTED.contains(line.substring(0, member))
              && had.stream().anyMatch(old -> old.startsWith(line.substring(0, member) + " "));
      if (implemented && line.contains(") abstract ") && !had.contains(line)) {
        breaks.add("abstract, and plugins do not have it: " + line);
      }
    }
    return breaks;
  }

  private static Path classes() throws Exception {
    URI code = ApiVersion.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    return Path.of(code);
  }
}
