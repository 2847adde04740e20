package io.sallyport.distribution.hocon;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.sallyport.api.config.Origin;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What problems say of a parsed value: where it was written, and how.
 *
 * @since 0.1
 */
public final class HoconValues {
  private static final Pattern DESCRIPTION = Pattern.compile("(?s)(.*?)(?:: (\\d+)(?:-\\d+)?)?");
  private static final String MERGED = "merge of ";
  private static final int LONGEST_SHOWN = 100;

  private HoconValues() {}

  /** The file and line of a value. */
  public static Origin origin(ConfigValue value) {
    // An object that two files contribute to has no line of its own: its first value's must do.
    if (value.origin().description().startsWith(MERGED) && value instanceof ConfigObject object) {
      return object.values().stream()
          .filter(child -> !child.origin().description().startsWith(MERGED))
          .map(HoconValues::origin)
          .min(Comparator.comparingInt(Origin::line))
          .orElseGet(() -> origin(value.origin()));
    }
    return origin(value.origin());
  }

  /** The same for an origin alone. */
  public static Origin origin(ConfigOrigin origin) {
    Matcher description = DESCRIPTION.matcher(origin.description());
    if (!description.matches()) {
      return new Origin(origin.description(), Math.max(0, origin.lineNumber()));
    }
    return new Origin(description.group(1), Math.max(0, origin.lineNumber()));
  }

  /** A text, number or boolean as it was written; empty for an object, a list or null. */
  public static Optional<String> text(ConfigValue value) {
    return switch (value.valueType()) {
      case STRING -> Optional.of((String) value.unwrapped());
      // Only a path look-up gives back the digits as they were written.
      case NUMBER -> Optional.of(value.atKey("v").getString("v"));
      case BOOLEAN -> Optional.of(String.valueOf(value.unwrapped()));
      case OBJECT, LIST, NULL -> Optional.empty();
    };
  }

  /** A value for people: one line, shortened, control characters as question marks. */
  public static String shown(ConfigValue value) {
    String whole = text(value).orElseGet(() -> value.render(ConfigRenderOptions.concise()));
    String cut =
        whole.length() <= LONGEST_SHOWN ? whole : whole.substring(0, LONGEST_SHOWN - 1) + "…";
    return cut.replaceAll("\\p{Cntrl}", "?");
  }

  /** The kind of a value, as people call it. */
  static String kind(ConfigValue value) {
    return switch (value.valueType()) {
      case OBJECT -> "an object";
      case LIST -> "a list";
      case NUMBER -> "a number";
      case BOOLEAN -> "true or false";
      case STRING -> "a text";
      case NULL -> "null";
    };
  }

  static boolean absent(ConfigValue value) {
    return value.valueType() == ConfigValueType.NULL;
  }
}
