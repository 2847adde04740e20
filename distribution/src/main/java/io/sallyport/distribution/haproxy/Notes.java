package io.sallyport.distribution.haproxy;

import io.sallyport.api.config.Origin;
import io.sallyport.distribution.haproxy.Note.Kind;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Collects notes; one that is made twice, as of a line that several sections inherit, counts once.
 */
final class Notes {
  private final String source;
  private final Set<Note> notes = new LinkedHashSet<>();

  Notes(String source) {
    this.source = source;
  }

  void information(int line, String text) {
    notes.add(new Note(Kind.INFORMATION, at(line), text));
  }

  void changed(int line, String text) {
    notes.add(new Note(Kind.CHANGED, at(line), text));
  }

  void notCarried(int line, String text) {
    notes.add(new Note(Kind.NOT_CARRIED, at(line), text));
  }

  /** Of another file. */
  void information(Origin origin, String text) {
    notes.add(new Note(Kind.INFORMATION, origin, text));
  }

  Origin at(int line) {
    return new Origin(source, line);
  }

  /** In the order of the file, other files last. */
  List<Note> all() {
    return notes.stream()
        .sorted(
            Comparator.comparing((Note note) -> !note.origin().source().equals(source))
                .thenComparingInt(note -> note.origin().line()))
        .toList();
  }
}
