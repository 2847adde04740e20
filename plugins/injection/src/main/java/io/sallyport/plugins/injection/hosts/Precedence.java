package io.sallyport.plugins.injection.hosts;

/** Where our lines stand when a foreign line leads one of our names elsewhere. */
enum Precedence {
  /** Before it: readers take the first line that has the name. */
  BEFORE_FOREIGN,
  /** Wherever: the file is a template, whose parts a line of ours must not get into. */
  ANYWHERE
}
