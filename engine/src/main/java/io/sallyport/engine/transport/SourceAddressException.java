package io.sallyport.engine.transport;

import io.sallyport.api.catalog.Addresses;
import java.io.IOException;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A connection cannot come from the address of the node that the catalog says it should.
 *
 * @since 0.1
 */
public final class SourceAddressException extends IOException {
  private static final long serialVersionUID = 1L;
  private static final String NOT_OURS = "Cannot assign requested address";

  private SourceAddressException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * Looks whether a connection could lead from one address to another.
   *
   * @throws SourceAddressException when they are of different families
   */
  static void check(InetAddress source, InetAddress to) throws SourceAddressException {
    if (!Addresses.sameFamily(source, to)) {
      throw new SourceAddressException(
          "cannot connect from "
              + Addresses.text(source)
              + ": it is an "
              + Addresses.family(source)
              + " address, and "
              + Addresses.text(to)
              + " an "
              + Addresses.family(to)
              + " one",
          null);
    }
  }

  /**
   * What it means that a socket could not be bound: one of these, where the address is at fault.
   */
  static IOException of(InetAddress source, IOException fault) {
    return String.valueOf(fault.getMessage()).contains(NOT_OURS)
        ? new SourceAddressException(
            "cannot connect from "
                + Addresses.text(source)
                + ": it is none of this node's addresses",
            fault)
        : fault;
  }

  /** The same for a socket that was bound and connected in one, where it is not known by which. */
  public static Throwable of(@Nullable InetAddress source, Throwable fault) {
    boolean connecting = String.valueOf(fault.getMessage()).contains("connect(");
    return source != null && fault instanceof IOException io && !connecting
        ? of(source, io)
        : fault;
  }

  /** The fault of a connection that cannot be, or null. */
  public static @Nullable SourceAddressException fault(
      @Nullable InetAddress source, InetAddress to) {
    try {
      if (source != null) {
        check(source, to);
      }
      return null;
    } catch (SourceAddressException fault) {
      return fault;
    }
  }
}
