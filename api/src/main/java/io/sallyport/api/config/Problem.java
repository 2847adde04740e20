package io.sallyport.api.config;

import java.util.Objects;

/**
 * One thing wrong with a configuration, written for the person who must mend it.
 *
 * @param severity whether it refuses the configuration
 * @param origin the file and line of the offending value
 * @param path the path of the value, such as {@code services.icr.ports[1].listen}; may be empty
 * @param value the value as written; empty where something is missing
 * @param message what is wrong, without the path and the value
 * @param remedy what would be right; may be empty
 * @since 0.1
 */
public record Problem(
    Severity severity, Origin origin, String path, String value, String message, String remedy) {

  /** Checks that nothing is null. */
  public Problem {
    Objects.requireNonNull(severity, "severity");
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(remedy, "remedy");
  }

  /** The same problem, told of another place. */
  public Problem at(Origin place) {
    return new Problem(severity, place, path, value, message, remedy);
  }

  /** One line: {@code file:line: path = "value": message; remedy}. */
  public String text() {
    StringBuilder text = new StringBuilder();
    if (!origin.source().isEmpty()) {
      text.append(origin.text()).append(": ");
    }
    if (severity == Severity.WARNING) {
      text.append("warning: ");
    }
    if (!path.isEmpty()) {
      text.append(path);
      if (!value.isEmpty()) {
        text.append(" = \"").append(value).append('"');
      }
      text.append(": ");
    }
    text.append(message);
    if (!remedy.isEmpty()) {
      text.append("; ").append(remedy);
    }
    return text.toString();
  }
}
