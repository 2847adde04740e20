package io.sallyport.distribution.catalog;

/**
 * How much two texts have in common.
 *
 * @param before how many characters at their beginning
 * @param behind how many at their end, none of them among the first
 */
record Alike(int before, int behind) {
  /** Strings compare themselves in strides, far faster than one looks at their characters. */
  private static final int STRIDE = 4_096;

  static Alike of(String one, String other) {
    int most = Math.min(one.length(), other.length());
    int before = 0;
    int stride = STRIDE;
    while (stride > 0) {
      while (before + stride <= most && one.regionMatches(before, other, before, stride)) {
        before += stride;
      }
      stride /= 2;
    }
    int behind = 0;
    stride = STRIDE;
    while (stride > 0) {
      while (behind + stride <= most - before
          && one.regionMatches(
              one.length() - behind - stride, other, other.length() - behind - stride, stride)) {
        behind += stride;
      }
      stride /= 2;
    }
    return new Alike(before, behind);
  }
}
