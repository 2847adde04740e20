package io.sallyport.plugins.injection.hosts;

/** Whose our lines are: two injectors may keep lines in one file, and each minds its own. */
enum Owner {
  /** The catalog's names, of the injector {@code hosts-file}. */
  CATALOG("sallyport"),
  /** Names that a name server resolves, of the injector {@code resolved-name}. */
  RESOLVED("sallyport-resolved");

  private final String word;

  Owner(String word) {
    this.word = word;
  }

  /** What the marker starts with, before a colon. */
  String word() {
    return word;
  }

  /** The marker's start in a line. */
  String mark() {
    return "# " + word + ":";
  }
}
