package io.sallyport.api.catalog;

/** Bounds that records check when they are made. Readers check first, with better words. */
final class Bounds {
  private static final int MOST_PORT = 65535;

  private Bounds() {}

  static void port(int port, String what) {
    within(port, 1, MOST_PORT, what);
  }

  static void within(int value, int least, int most, String what) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          what + " must be from " + least + " to " + most + ", not " + value);
    }
  }
}
