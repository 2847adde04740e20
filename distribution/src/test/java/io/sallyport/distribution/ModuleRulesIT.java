package io.sallyport.distribution;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleDescriptor.Requires.Modifier;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Which module may know which, read from the jars as they ship. */
class ModuleRulesIT {

  private static final String OURS = "io.sallyport.";
  private static final String API = "io.sallyport.api";
  private static final String CONTROL = "io.sallyport.control";
  private static final String DISTRIBUTION = "io.sallyport.distribution";

  private final Map<String, ModuleDescriptor> modules =
      ModuleFinder.of(Installation.built().modulePath()).findAll().stream()
          .map(ModuleReference::descriptor)
          .collect(toMap(ModuleDescriptor::name, module -> module));

  @Test
  void everyModuleOfOursShipsWithADescriptorAndTheVersion() {
    assertThat(ours().keySet())
        .contains(
            API,
            DISTRIBUTION,
            "io.sallyport.engine",
            "io.sallyport.plugins.balancing",
            "io.sallyport.plugins.health",
            "io.sallyport.plugins.injection");
    assertThat(ours().values())
        .allSatisfy(module -> {
          assertThat(module.isAutomatic()).as("%s is automatic", module).isFalse();
          assertThat(module.rawVersion()).contains(Installation.builtVersion());
        });
  }

  @Test
  void apiRequiresNothingButTheNullAnnotations() {
    var api = ours().get(API);

    assertThat(api.requires().stream().filter(required -> !isStatic(required)))
        .extracting(Requires::name)
        .containsExactly("java.base");
    assertThat(api.requires().stream().filter(ModuleRulesIT::isStatic))
        .extracting(Requires::name)
        .containsExactly("org.jspecify");
  }

  @Test
  void modulesBetweenApiAndDistributionDoNotKnowOneAnother() {
    var between = ours();
    between.keySet().removeAll(Set.of(API, DISTRIBUTION));

    assertThat(between.values())
        .allSatisfy(module ->
            assertThat(requiredBy(module))
                .as("modules of ours that %s requires", module.name())
                .filteredOn(name -> name.startsWith(OURS))
                .containsOnly(API));
  }

  @Test
  void onlyDistributionKnowsGuice() {
    assertThat(thoseThatRequire(name -> name.equals("com.google.guice")))
        .containsExactly(DISTRIBUTION);
  }

  @Test
  void onlyControlKnowsGrpcAndProtobuf() {
    assertThat(
            thoseThatRequire(name ->
                name.equals("io.grpc")
                    || name.startsWith("io.grpc.")
                    || name.startsWith("com.google.protobuf")))
        .isSubsetOf(CONTROL);
  }

  @Test
  void onlyEngineAndPluginsDoTheirOwnInputAndOutputOnNetty() {
    assertThat(thoseThatRequire(name -> name.startsWith("io.netty.")))
        .contains("io.sallyport.engine")
        .allMatch(
            name -> name.equals("io.sallyport.engine") || name.startsWith("io.sallyport.plugins."));
  }

  @Test
  void nothingShipsThatOnlyAnnotates() {
    assertThat(modules.keySet())
        .doesNotContain(
            "org.jspecify",
            "com.google.errorprone.annotations",
            "com.google.j2objc.annotations",
            "org.checkerframework.checker.qual",
            "jsr305",
            "listenablefuture");
  }

  private Map<String, ModuleDescriptor> ours() {
    return modules.values().stream()
        .filter(module -> module.name().startsWith(OURS))
        .collect(toMap(ModuleDescriptor::name, module -> module));
  }

  private Set<String> thoseThatRequire(Predicate<String> what) {
    return ours().values().stream()
        .filter(module -> requiredBy(module).stream().anyMatch(what))
        .map(ModuleDescriptor::name)
        .collect(toSet());
  }

  private static Set<String> requiredBy(ModuleDescriptor module) {
    return module.requires().stream().map(Requires::name).collect(toSet());
  }

  private static boolean isStatic(Requires required) {
    return required.modifiers().contains(Modifier.STATIC);
  }
}
