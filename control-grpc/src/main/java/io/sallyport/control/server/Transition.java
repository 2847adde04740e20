package io.sallyport.control.server;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * The way from what an agent holds to a snapshot: made once, used by all agents that go it.
 *
 * @param parts the Deltas that it takes, in order, serialized but for their nonces
 * @param origins for each service of the snapshot its place in what was held; negative when it is
 *     new or changed
 * @param empty whether nothing is changed or removed
 */
record Transition(List<ByteString> parts, int[] origins, boolean empty) {
  /** Keeps the array, which nobody changes. */
  @SuppressWarnings("ArrayRecordComponent") // Shared within the package, and never compared.
  Transition {
    parts = List.copyOf(parts);
  }
}
