package io.sallyport.distribution.catalog;

import java.util.Arrays;

/**
 * Where a pass may end early, since all that follows stands there as it did in a text that has been
 * cut.
 */
final class CatalogLanding {
  private final int[] starts;
  private final int closes;
  private final int shift;
  private final int from;

  /**
   * Looks for what there was in the text that has been cut.
   *
   * @param starts where the services began in that text; not copied
   * @param closes where its services' closing brace was
   * @param shift how much further on the same is here
   * @param from from where on this text is like that one
   */
  CatalogLanding(int[] starts, int closes, int shift, int from) {
    this.starts = starts;
    this.closes = closes;
    this.shift = shift;
    this.from = from;
  }

  /** Which service begins here, one more than there are for the closing brace; else -1. */
  int at(int here, int line) {
    if (here < from || line < from) {
      return -1;
    }
    int service = Arrays.binarySearch(starts, here - shift);
    return service < 0 && here - shift == closes ? starts.length : Math.max(service, -1);
  }
}
