package io.sallyport.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.api.plugin.StrategyFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the factories of all kinds promise. */
abstract class FactoryContract<F extends StrategyFactory<?>> {
  /** For the kinds. */
  FactoryContract() {}

  /** The factory; asked for anew by each test. */
  protected abstract F factory();

  /** A configuration without problems. */
  abstract Map<String, Object> wellFormed();

  static <S extends Record> S parsed(StrategyFactory<S> factory, Map<String, Object> values) {
    MapSection section = new MapSection(values);
    S settings = factory.parse(section);
    section.finish();
    assertEquals(List.of(), section.problems(), "problems with " + values);
    return settings;
  }

  @Test
  void theTypeIsKebabCaseAndStays() {
    StrategyFactory<?> factory = factory();
    assertTrue(
        factory.type().matches("[a-z][a-z0-9]*(-[a-z0-9]+)*"),
        () -> "\"" + factory.type() + "\" is not in kebab-case");
    assertEquals(factory.type(), factory.type());
  }

  @Test
  void theSettingsAreARecordOfTheTypeThatItTells() {
    StrategyFactory<?> factory = factory();
    assertTrue(factory.settingsType().isRecord(), "the settings are no record");
    assertEquals(factory.settingsType(), parsed(factory, wellFormed()).getClass());
  }

  @Test
  void theSameConfigurationGivesEqualSettings() {
    StrategyFactory<?> factory = factory();
    assertEquals(
        parsed(factory, wellFormed()),
        parsed(factory, wellFormed()),
        "settings that are not equal make the engine take each catalog for a change");
  }

  @Test
  void anEmptyConfigurationIsReadToItsEnd() {
    MapSection nothing = new MapSection(Map.of());
    assertNotNull(
        factory().parse(nothing), "some settings are returned even where something is missing");
  }

  @Test
  void valuesOfTheWrongKindAreProblemsAndNothingIsThrown() {
    for (String key : wellFormed().keySet()) {
      MapSection wrong = new MapSection(Map.of(key, List.of(Map.of("no", "value"))));
      assertNotNull(factory().parse(wrong), key);
    }
  }
}
