package io.sallyport.plugins.balancing;

import io.sallyport.api.balancing.PickRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.function.IntPredicate;

/** A session that wants an endpoint. */
public record Asking(InetAddress client, IntPredicate admission) implements PickRequest {
  private static final InetAddress CLIENT = InetAddress.ofLiteral("10.1.2.3");

  /** One that takes any. */
  public static Asking any() {
    return new Asking(CLIENT, index -> true);
  }

  /** One that takes some. */
  public static Asking admitting(IntPredicate admission) {
    return new Asking(CLIENT, admission);
  }

  /** One from the IPv4 address of this number. */
  public static Asking from(int address) {
    byte[] bytes = {
      (byte) (address >>> 24), (byte) (address >>> 16), (byte) (address >>> 8), (byte) address
    };
    try {
      return new Asking(InetAddress.getByAddress(bytes), index -> true);
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** The same client, which takes some only. */
  public Asking but(IntPredicate other) {
    return new Asking(client, other);
  }

  @Override
  public boolean admits(int index) {
    return admission.test(index);
  }
}
