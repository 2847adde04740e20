package io.sallyport.plugins.injection.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.injection.HostInjector;
import io.sallyport.api.injection.HostInjectorContext;
import io.sallyport.api.injection.InjectionPhase;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a configuration may say. */
class LoopbackInjectorFactoryTest {
  private final LoopbackInjectorFactory factory = new LoopbackInjectorFactory();
  private final List<String> problems = new ArrayList<>();

  @Test
  void ownsAddressesBeforeListenersOpen() {
    assertThat(factory.type()).isEqualTo("loopback");
    assertThat(factory.phase()).isEqualTo(InjectionPhase.ADDRESS);
    assertThat(factory.settingsType()).isEqualTo(LoopbackSettings.class);
  }

  @Test
  void usesLoUnlessAnotherLinkIsNamed() {
    assertThat(factory.parse(section(Map.of()))).isEqualTo(new LoopbackSettings("lo"));
    assertThat(factory.parse(section(Map.of("link", "sallyport0"))))
        .isEqualTo(new LoopbackSettings("sallyport0"));
    assertThat(problems).containsExactly("finished", "finished");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|a link's name is not empty",
        "sixteen-bytes-00|a link's name has at most 15 bytes",
        "..|is not a name that a link may have",
        "a/b|a link's name does not hold the character '/'",
        "'a b'|a link's name does not hold the character ' '",
        "eth0:1|a link's name does not hold the character ':'",
        "sp%d|a link's name does not hold the character '%'",
      })
  void tellsWhatKeepsATextFromBeingALinksName(String link, String message) {
    assertThat(factory.parse(section(Map.of("link", link)))).isEqualTo(new LoopbackSettings("lo"));
    assertThat(problems)
        .containsExactly(
            "link: "
                + message
                + "; write lo, or a name of 1 to 15 characters without blanks, \"/\", \":\" and"
                + " \"%\", such as sallyport0",
            "finished");
  }

  @ParameterizedTest
  @ValueSource(strings = {"lo", "a", "fifteen-bytes-0", "dummy_1.2"})
  void takesWhatTheKernelTakes(String link) {
    assertThat(factory.parse(section(Map.of("link", link)))).isEqualTo(new LoopbackSettings(link));
    assertThat(problems).containsExactly("finished");
  }

  @Test
  void makingAnInjectorTouchesNothing(@TempDir Path directory) {
    HostInjector injector =
        factory.create(
            new LoopbackSettings("sallyport0"),
            new HostInjectorContext(directory, InstantSource.system(), what -> {}));
    assertThat(injector.reconcile(Set.of()).changes()).isZero();
    injector.close();
    assertThat(directory).isEmptyDirectory();
  }

  /** A section of texts; the factory asks for nothing else. */
  private ConfigSection section(Map<String, String> texts) {
    return (ConfigSection)
        Proxy.newProxyInstance(
            ConfigSection.class.getClassLoader(),
            new Class<?>[] {ConfigSection.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "text" -> Optional.ofNullable(texts.get((String) arguments[0]));
                  case "problem" ->
                      problems.add(arguments[0] + ": " + arguments[1] + "; " + arguments[2]);
                  case "finish" -> problems.add("finished");
                  default -> throw new AssertionError(method);
                });
  }
}
