package io.sallyport.control.resource;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.Longs;
import com.google.protobuf.ByteString;
import io.sallyport.api.catalog.Revision;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SnapshotHashTest {
  private static final BigInteger MODULUS = BigInteger.TWO.pow(256);

  @Test
  void isTheSumThatTheProtocolDefines() throws Exception {
    Map<ResourceKey, Revision> versions = new HashMap<>();
    BigInteger sum = BigInteger.ZERO;
    SplittableRandom random = new SplittableRandom(1);
    // Enough that every part of the sum carries over.
    for (int i = 0; i < 1_000; i++) {
      Revision version = new Revision(random.nextLong(1L << 60), random.nextLong(1L << 60));
      String name = "servicé-" + i;
      boolean service = i % 2 == 0;
      versions.put(service ? ResourceKey.service(name) : ResourceKey.endpoints(name), version);
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(name.getBytes(StandardCharsets.UTF_8));
      digest.update(new byte[] {0, (byte) (service ? 1 : 2)});
      digest.update(Longs.toByteArray(version.epoch()));
      digest.update(Longs.toByteArray(version.number()));
      sum = sum.add(new BigInteger(1, digest.digest())).mod(MODULUS);
    }

    ByteString hash = SnapshotHash.of(versions).bytes();

    assertThat(hash.size()).isEqualTo(32);
    assertThat(new BigInteger(1, hash.toByteArray())).isEqualTo(sum);
  }

  @Test
  void followsWhatComesAndGoes() {
    ResourceKey a = ResourceKey.service("a");
    ResourceKey b = ResourceKey.endpoints("a");
    Revision one = new Revision(1, 1);
    Revision two = new Revision(1, 2);

    SnapshotHash both = SnapshotHash.EMPTY.with(a, one).with(b, two);

    assertThat(both).isEqualTo(SnapshotHash.of(Map.of(b, two, a, one)));
    assertThat(both.without(a, one)).isEqualTo(SnapshotHash.of(Map.of(b, two)));
    assertThat(both.without(a, one).without(b, two)).isEqualTo(SnapshotHash.EMPTY);
    assertThat(both).isNotEqualTo(SnapshotHash.of(Map.of(b, one, a, two)));
  }
}
