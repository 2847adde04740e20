package io.sallyport.distribution.demo;

/** Where the demo is watched. Used by one thread. */
sealed interface DemoScreen extends AutoCloseable permits LiveScreen, PlainScreen {
  /** Shows the state of things; called several times each second. */
  void show(DemoFrame frame);

  /** Writes a line below everything. */
  void tell(String line);

  /** Leaves the terminal as it was; what was shown stays. */
  @Override
  void close();
}
