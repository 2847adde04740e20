package io.sallyport.control.resource;

import com.google.protobuf.ByteString;
import io.sallyport.api.catalog.Revision;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;

/**
 * The hash by which an agent and a control plane notice that they do not hold the same snapshot;
 * {@code control.proto} says how it is made. It is a sum over the resources, so that a change costs
 * what is changed, not what is held; it guards against mistakes, not against somebody who looks for
 * two snapshots with one sum. Immutable.
 *
 * @since 0.1
 */
public final class SnapshotHash {
  /** Of nothing at all. */
  public static final SnapshotHash EMPTY = new SnapshotHash(0, 0, 0, 0);

  /** The sum's four parts, the lowest first. */
  private final long a;

  private final long b;
  private final long c;
  private final long d;

  private SnapshotHash(long a, long b, long c, long d) {
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
  }

  /** The hash of a snapshot's versions. */
  public static SnapshotHash of(Map<ResourceKey, Revision> versions) {
    MessageDigest digest = sha256();
    SnapshotHash sum = EMPTY;
    for (Map.Entry<ResourceKey, Revision> entry : versions.entrySet()) {
      sum = sum.plus(one(digest, entry.getKey(), entry.getValue()));
    }
    return sum;
  }

  /** With one resource more. */
  public SnapshotHash with(ResourceKey key, Revision version) {
    return plus(one(sha256(), key, version));
  }

  /** Without one that it holds. */
  public SnapshotHash without(ResourceKey key, Revision version) {
    return plus(one(sha256(), key, version).negated());
  }

  /** As the protocol has it: 32 bytes, the highest first. */
  public ByteString bytes() {
    return ByteString.copyFrom(
        ByteBuffer.allocate(4 * Long.BYTES).putLong(d).putLong(c).putLong(b).putLong(a).flip());
  }

  private static SnapshotHash one(MessageDigest digest, ResourceKey key, Revision version) {
    digest.update(key.service().getBytes(StandardCharsets.UTF_8));
    digest.update(
        ByteBuffer.allocate(2 + 2 * Long.BYTES)
            .put((byte) 0)
            .put(kind(key.kind()))
            .putLong(version.epoch())
            .putLong(version.number())
            .flip());
    ByteBuffer made = ByteBuffer.wrap(digest.digest());
    long high = made.getLong();
    long third = made.getLong();
    long second = made.getLong();
    return new SnapshotHash(made.getLong(), second, third, high);
  }

  private SnapshotHash plus(SnapshotHash other) {
    long first = a + other.a;
    long carry = Long.compareUnsigned(first, a) < 0 ? 1 : 0;
    long second = b + other.b + carry;
    carry = carried(second, b, carry);
    long third = c + other.c + carry;
    carry = carried(third, c, carry);
    return new SnapshotHash(first, second, third, d + other.d + carry);
  }

  /** What a sum carries over that began with one part and with what was carried before. */
  private static long carried(long sum, long part, long carry) {
    int than = Long.compareUnsigned(sum, part);
    return than < 0 || (than == 0 && carry == 1) ? 1 : 0;
  }

  /** What is to be added so that nothing is left. */
  private SnapshotHash negated() {
    return new SnapshotHash(~a, ~b, ~c, ~d).plus(new SnapshotHash(1, 0, 0, 0));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SnapshotHash hash
        && a == hash.a
        && b == hash.b
        && c == hash.c
        && d == hash.d;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(a);
  }

  @Override
  public String toString() {
    return "%016x%016x%016x%016x".formatted(d, c, b, a);
  }

  private static byte kind(ResourceKey.Kind kind) {
    return switch (kind) {
      case SERVICE -> io.sallyport.control.v1.ResourceName.Kind.KIND_SERVICE_VALUE;
      case ENDPOINTS -> io.sallyport.control.v1.ResourceName.Kind.KIND_ENDPOINTS_VALUE;
    };
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException none) {
      throw new IllegalStateException("every Java platform has SHA-256", none);
    }
  }
}
