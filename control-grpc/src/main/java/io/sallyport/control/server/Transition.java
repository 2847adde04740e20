package io.sallyport.control.server;

import com.google.protobuf.ByteString;
import java.util.List;

/** The way from what an agent holds to a snapshot: made once, used by all agents that go it. */
final class Transition {
  private final List<ByteString> parts;
  private final int[] origins;
  private final boolean empty;

  /** Keeps the array, which nobody changes. */
  Transition(List<ByteString> parts, int[] origins, boolean empty) {
    this.parts = List.copyOf(parts);
    this.origins = origins;
    this.empty = empty;
  }

  /** The Deltas that it takes, in order, serialized but for their nonces. */
  List<ByteString> parts() {
    return parts;
  }

  /**
   * For each service of the snapshot its place in what was held; negative when it is new or
   * changed. Not to be changed.
   */
  int[] origins() {
    return origins;
  }

  /** Whether nothing is changed or removed. */
  boolean empty() {
    return empty;
  }
}
