package io.sallyport.plugins.injection.hosts;

/** How a line ends. */
enum Ending {
  LF("lf", "\n"),
  CRLF("crlf", "\r\n");

  private final String word;
  private final String text;

  Ending(String word, String text) {
    this.word = word;
    this.text = text;
  }

  /** The word that a join's marker has for it. */
  String word() {
    return word;
  }

  /** The characters themselves, all of them ASCII. */
  String text() {
    return text;
  }
}
