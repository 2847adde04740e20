package io.sallyport.control.resource;

import com.google.protobuf.ByteString;
import io.sallyport.api.catalog.Revision;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.SortedMap;

/**
 * The hash by which an agent and a control plane notice that they do not hold the same snapshot;
 * {@code control.proto} says how it is made.
 *
 * @since 0.1
 */
public final class SnapshotHash {
  private SnapshotHash() {}

  /** The hash of a snapshot's versions. */
  public static ByteString of(SortedMap<ResourceKey, Revision> versions) {
    MessageDigest digest = sha256();
    ByteBuffer version = ByteBuffer.allocate(2 + 2 * Long.BYTES);
    versions.forEach((key, revision) -> {
      digest.update(key.service().getBytes(StandardCharsets.UTF_8));
      version
          .clear()
          .put((byte) 0)
          .put(kind(key.kind()))
          .putLong(revision.epoch())
          .putLong(revision.number())
          .flip();
      digest.update(version);
    });
    return ByteString.copyFrom(digest.digest());
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
