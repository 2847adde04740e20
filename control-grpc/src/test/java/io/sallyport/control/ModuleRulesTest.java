package io.sallyport.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Which modules this one may know. */
class ModuleRulesTest {

  @Test
  void ofTheOtherModulesOnlyTheApiIsKnown() {
    var control =
        ModuleFinder.of(Path.of("target", "classes")).find("io.sallyport.control").orElseThrow();

    assertThat(control.descriptor().requires())
        .extracting(Requires::name)
        .filteredOn(name -> name.startsWith("io.sallyport.") || name.equals("com.google.guice"))
        .containsExactly("io.sallyport.api");
  }
}
