package io.sallyport.control.resource;

import com.google.protobuf.ByteString;
import io.sallyport.api.catalog.Revision;
import java.util.Objects;

/**
 * One resource's content, and since when it is so.
 *
 * @param key which one
 * @param version the revision that last changed it
 * @param content a serialized {@link io.sallyport.control.v1.Service} or {@link
 *     io.sallyport.control.v1.Endpoints}; equal contents mean the same
 * @since 0.1
 */
public record Resource(ResourceKey key, Revision version, ByteString content) {
  /** Checks that nothing is null. */
  public Resource {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(content, "content");
  }
}
