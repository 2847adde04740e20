package io.sallyport.distribution;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleDescriptor.Requires.Modifier;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Path;
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

  /** How the names of the modules begin that only the control plane's commands load. */
  private static final Set<String> CONTROL_PLANE =
      Set.of(
          CONTROL,
          "com.google.gson",
          "com.google.protobuf",
          "com.h2database",
          "dev.failsafe",
          "grpc.",
          "io.grpc",
          "io.netty.codec.classes.quic",
          "io.netty.codec.compression",
          "io.netty.codec.http",
          "io.netty.codec.socks",
          "io.netty.handler.proxy",
          "io.netty.internal.tcnative",
          "io.netty.tcnative",
          "io.perfmark",
          "io.vertx",
          "java.annotation",
          "jetcd.",
          "proto.google.common.protos",
          "vertx.");

  private final Installation installation = Installation.built();
  private final Map<String, ModuleDescriptor> modules =
      found(installation.modulePath(), installation.controlPath());

  @Test
  void everyModuleOfOursShipsWithADescriptorAndTheVersion() {
    assertThat(ours().keySet())
        .contains(
            API,
            CONTROL,
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
        .containsExactly(CONTROL);
  }

  @Test
  void onlyEngineAndPluginsAndTheTransportOfGrpcAreOnNetty() {
    assertThat(thoseThatRequire(name -> name.startsWith("io.netty.")))
        .contains("io.sallyport.engine")
        .allMatch(name ->
            name.equals("io.sallyport.engine")
                || name.startsWith("io.sallyport.plugins.")
                || name.equals(CONTROL));
  }

  @Test
  void aNodeOnItsOwnHasNothingOfTheControlPlaneOnItsModulePath() {
    var always = found(installation.modulePath());

    assertThat(always.keySet())
        .contains(DISTRIBUTION)
        .noneMatch(ModuleRulesIT::ofTheControlPlane)
        .doesNotContainAnyElementsOf(found(installation.controlPath()).keySet());
  }

  @Test
  void whatNoCommandOfTheControlPlaneNeedsIsOnEveryModulePath() {
    assertThat(found(installation.controlPath()).keySet())
        .contains(CONTROL, "io.grpc.netty", "com.google.protobuf", "io.netty.codec.http2")
        .allMatch(ModuleRulesIT::ofTheControlPlane);
  }

  @Test
  void onlyNodesOnTheirOwnDoWithoutTheControlModule() {
    assertThat(ours().get(DISTRIBUTION).requires())
        .filteredOn(required -> required.name().equals(CONTROL))
        .singleElement()
        .matches(ModuleRulesIT::isStatic);
  }

  private static boolean ofTheControlPlane(String name) {
    return CONTROL_PLANE.stream().anyMatch(name::startsWith);
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

  private static Map<String, ModuleDescriptor> found(Path... folders) {
    return ModuleFinder.of(folders).findAll().stream()
        .map(ModuleReference::descriptor)
        .collect(toMap(ModuleDescriptor::name, module -> module));
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
