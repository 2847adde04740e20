package io.sallyport.control.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.Resource;
import io.sallyport.control.resource.ResourceKey;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.v1.Delta;
import io.sallyport.control.v1.ResourceName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes Deltas but for their nonces, straight from the resources' own bytes. What is removed comes
 * behind all that is changed, in the last part. Used once.
 */
final class DeltaWriter {
  private final int partBytes;
  private final byte[] revision;
  private final List<ByteString> parts = new ArrayList<>();
  private ByteString.Output bytes = ByteString.newOutput();
  private CodedOutputStream out = CodedOutputStream.newInstance(bytes);

  DeltaWriter(Revision revision, int partBytes) {
    this.partBytes = partBytes;
    this.revision = Revisions.message(revision).toByteArray();
    begin();
  }

  /** Adds a resource that is new or changed. */
  void changed(Resource resource) {
    io.sallyport.control.v1.Revision version = Revisions.message(resource.version());
    // Both VersionedService and VersionedEndpoints: the version is field 1, the content field 2.
    int size =
        CodedOutputStream.computeMessageSize(1, version)
            + CodedOutputStream.computeBytesSize(2, resource.content());
    if (out.getTotalBytesWritten() > 2 * Integer.BYTES + revision.length
        && out.getTotalBytesWritten() + size > partBytes) {
      end();
      begin();
    }
    write(() -> {
      out.writeTag(field(resource.key().kind()), 2);
      out.writeUInt32NoTag(size);
      out.writeMessage(1, version);
      out.writeBytes(2, resource.content());
    });
  }

  /** Adds a resource that is no longer meant for the node. */
  void removed(ResourceKey key) {
    ResourceName name =
        ResourceName.newBuilder()
            .setKind(
                switch (key.kind()) {
                  case SERVICE -> ResourceName.Kind.KIND_SERVICE;
                  case ENDPOINTS -> ResourceName.Kind.KIND_ENDPOINTS;
                })
            .setService(key.service())
            .build();
    write(() -> out.writeMessage(Delta.REMOVED_FIELD_NUMBER, name));
  }

  /** Ends the last part; returns all of them. */
  List<ByteString> complete(ByteString hash, boolean largeRemovalConfirmed) {
    write(() -> {
      out.writeBool(Delta.SNAPSHOT_COMPLETE_FIELD_NUMBER, true);
      if (!hash.isEmpty()) {
        out.writeBytes(Delta.SNAPSHOT_HASH_FIELD_NUMBER, hash);
      }
      if (largeRemovalConfirmed) {
        out.writeBool(Delta.LARGE_REMOVAL_CONFIRMED_FIELD_NUMBER, true);
      }
    });
    end();
    return List.copyOf(parts);
  }

  private static int field(ResourceKey.Kind kind) {
    return switch (kind) {
      case SERVICE -> Delta.CHANGED_SERVICES_FIELD_NUMBER;
      case ENDPOINTS -> Delta.CHANGED_ENDPOINTS_FIELD_NUMBER;
    };
  }

  private void begin() {
    bytes = ByteString.newOutput();
    out = CodedOutputStream.newInstance(bytes);
    write(() -> out.writeByteArray(Delta.REVISION_FIELD_NUMBER, revision));
  }

  private void end() {
    write(out::flush);
    parts.add(bytes.toByteString());
  }

  private static void write(Writing writing) {
    try {
      writing.write();
    } catch (IOException never) {
      throw new UncheckedIOException("memory does not fail", never);
    }
  }

  private interface Writing {
    void write() throws IOException;
  }
}
