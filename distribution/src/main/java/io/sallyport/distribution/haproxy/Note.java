package io.sallyport.distribution.haproxy;

import io.sallyport.api.config.Origin;
import java.util.Objects;

/**
 * One remark on what became of a line of the configuration that was imported.
 *
 * @param kind how much it matters
 * @param origin the file and line
 * @param text what became of it
 * @since 0.1
 */
public record Note(Kind kind, Origin origin, String text) {
  /** How much a note matters. */
  public enum Kind {
    /** Carried over, or not needed here: worth knowing, nothing to do. */
    INFORMATION,
    /** Carried over, but it works differently here. */
    CHANGED,
    /** Not carried over. */
    NOT_CARRIED
  }

  /** Checks that nothing is null. */
  public Note {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(text, "text");
  }

  /** True when somebody should look at it. */
  public boolean warning() {
    return kind != Kind.INFORMATION;
  }

  /** One line: {@code file:line: kind: text}. */
  public String line() {
    String word =
        switch (kind) {
          case INFORMATION -> "note";
          case CHANGED -> "changed";
          case NOT_CARRIED -> "not carried over";
        };
    return origin.text() + ": " + word + ": " + text;
  }
}
