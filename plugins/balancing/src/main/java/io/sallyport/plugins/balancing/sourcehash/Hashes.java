package io.sallyport.plugins.balancing.sourcehash;

/** Hashes whose every bit depends on every bit of what is hashed. */
final class Hashes {
  private static final long FNV_BASIS = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 0x100000001B3L;

  private Hashes() {}

  /** The finalizer of SplitMix64. */
  static long mixed(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Of a text, the same in every process: FNV-1a, mixed. */
  static long of(String text) {
    long hash = FNV_BASIS;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * FNV_PRIME;
    }
    return mixed(hash);
  }

  /** A number below the bound, all of them equally likely. */
  static int below(int bound, long hash) {
    return (int) Math.unsignedMultiplyHigh(hash, bound);
  }
}
