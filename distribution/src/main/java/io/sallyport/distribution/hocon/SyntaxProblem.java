package io.sallyport.distribution.hocon;

import com.typesafe.config.ConfigException;
import io.sallyport.api.config.Origin;
import io.sallyport.api.config.Problem;
import io.sallyport.api.config.Severity;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says of a text that cannot be parsed what is wrong with it. */
final class SyntaxProblem {
  private static final Pattern RESERVED =
      Pattern.compile("Reserved character '(.+?)' is not allowed outside quotes");
  private static final Pattern NO_VALUE = Pattern.compile("Key '(.+?)' may not be followed by");
  private static final String OPEN_QUOTE = "unescaped newline in quoted strings";
  private static final Pattern ADVICE = Pattern.compile(" \\((?:if|perhaps) you .*\\)$");

  private SyntaxProblem() {}

  static Problem of(ConfigException exception, Origin at, HoconText looked) {
    String reason = HoconReading.reason(exception);
    Matcher reserved = RESERVED.matcher(reason);
    if (reserved.find()) {
      String message = "the character " + reserved.group(1) + " may not stand outside quotes";
      return problem(at, message, "put the whole text in double quotes");
    }
    if (reason.contains(OPEN_QUOTE)) {
      return problem(at, "the quote is not closed in its line", "close it");
    }
    // The parser notices a missing bracket only where something else does not fit any more.
    Optional<HoconText.Unpaired> unpaired = looked.unpaired();
    if (unpaired.isPresent()) {
      Origin place = new Origin(at.source(), unpaired.get().line());
      return problem(place, unpaired.get().message(), "give each { its } and each [ its ]");
    }
    Matcher noValue = NO_VALUE.matcher(reason);
    if (noValue.find()) {
      String key = noValue.group(1);
      return problem(at, "the key " + key + " has no value", "write " + key + " = …");
    }
    if (exception instanceof ConfigException.WrongType) {
      return problem(at, "holds a list where an object belongs", "write keys and their values");
    }
    return problem(at, "this is not HOCON: " + ADVICE.matcher(reason).replaceFirst(""), "");
  }

  private static Problem problem(Origin at, String message, String remedy) {
    return new Problem(Severity.ERROR, at, "", "", message, remedy);
  }
}
