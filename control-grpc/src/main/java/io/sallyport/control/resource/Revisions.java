package io.sallyport.control.resource;

import io.sallyport.api.catalog.Revision;

/**
 * Revisions on the wire.
 *
 * @since 0.1
 */
public final class Revisions {
  private Revisions() {}

  /** A revision as a message. */
  public static io.sallyport.control.v1.Revision message(Revision revision) {
    return io.sallyport.control.v1.Revision.newBuilder()
        .setEpoch(revision.epoch())
        .setNumber(revision.number())
        .build();
  }

  /** A message as a revision; one that is not set is {@link Revision#NONE}. */
  public static Revision of(io.sallyport.control.v1.Revision message) {
    return new Revision(message.getEpoch(), message.getNumber());
  }
}
