package io.sallyport.testkit;

import io.sallyport.api.balancing.PickRequest;
import java.net.InetAddress;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * A session that wants an endpoint.
 *
 * @param client its address
 * @param admitted which candidates it may be given
 * @since 0.1
 */
public record FakePickRequest(InetAddress client, IntPredicate admitted) implements PickRequest {
  private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.1");

  /** One that takes any. */
  public static FakePickRequest admittingAll() {
    return new FakePickRequest(CLIENT, index -> true);
  }

  /** One that has tried these. */
  public static FakePickRequest refusing(int... indexes) {
    return new FakePickRequest(
        CLIENT, index -> IntStream.of(indexes).noneMatch(refused -> refused == index));
  }

  @Override
  public boolean admits(int index) {
    return admitted.test(index);
  }
}
