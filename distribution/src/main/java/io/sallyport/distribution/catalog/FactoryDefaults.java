package io.sallyport.distribution.catalog;

import com.typesafe.config.ConfigObject;
import io.sallyport.api.config.Problems;
import io.sallyport.distribution.hocon.HoconDocument;
import io.sallyport.distribution.hocon.HoconReader;
import io.sallyport.distribution.hocon.HoconSection;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The lowest layer: what this module's {@code reference.conf} says of catalogs. */
final class FactoryDefaults {
  private static final String FILE = "reference.conf";
  private static final String PATH = "sallyport.catalog-defaults";

  private FactoryDefaults() {}

  /** Reads it anew; only a strategy that is not installed can be a problem in it. */
  static Behaviour read(BehaviourReader reader, Problems problems) {
    HoconDocument document = new HoconReader(path -> false).read(FILE, text());
    return switch (document) {
      case HoconDocument.Refused refused ->
          throw new IllegalStateException(FILE + " is broken: " + refused.problems());
      case HoconDocument.Parsed parsed -> {
        ConfigObject defaults = parsed.root().toConfig().getObject(PATH);
        HoconSection section = new HoconSection(defaults, PATH, problems);
        Behaviour behaviour = reader.read(section, Behaviour.UNSAID);
        section.finish();
        yield behaviour;
      }
    };
  }

  private static String text() {
    try (InputStream in = FactoryDefaults.class.getResourceAsStream("/" + FILE)) {
      if (in == null) {
        throw new IllegalStateException(FILE + " is not in this module");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
