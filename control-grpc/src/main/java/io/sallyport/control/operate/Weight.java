package io.sallyport.control.operate;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.WireFormat;
import io.sallyport.control.resource.Resource;
import io.sallyport.control.resource.ResourceKey;
import io.sallyport.control.resource.Resources;
import io.sallyport.control.store.StoreException;
import io.sallyport.control.v1.Endpoints;
import io.sallyport.control.v1.Service;
import java.io.IOException;
import java.util.Collection;

/**
 * How many bytes of the heap a message takes once it is parsed, at most. It is found out from the
 * bytes on the wire without parsing them: what costs is not their number but that of the messages,
 * strings and unknown fields in them. An endpoint of which nothing is said is two bytes on the wire
 * and an object of eighty.
 */
final class Weight {
  /** An object with its fields, and its place in a list. */
  private static final long MESSAGE = 128;

  /** A string beside its characters. */
  private static final long STRING = 64;

  /** A character's bytes for each byte on the wire. */
  private static final long CHARACTER = 2;

  /** A field that only a newer version knows, which is kept in a tree of lists. */
  private static final long UNKNOWN = 320;

  /** A stored resource beside its content: its key, its version and its place. */
  private static final long RESOURCE = 256;

  private Weight() {}

  /**
   * Weighs a message.
   *
   * @throws IOException when it is none
   */
  static long of(ByteString message, Descriptor type) throws IOException {
    return weigh(message.newCodedInput(), type);
  }

  private static long weigh(CodedInputStream in, Descriptor type) throws IOException {
    long weight = MESSAGE;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
      int wire = WireFormat.getTagWireType(tag);
      boolean known = field != null && field.getLiteType().getWireType() == wire;
      weight += known ? 0 : UNKNOWN;
      switch (wire) {
        case WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
          int length = in.readRawVarint32();
          if (known && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
            int outer = in.pushLimit(length);
            weight += weigh(in, field.getMessageType());
            in.popLimit(outer);
          } else {
            in.skipRawBytes(length);
            weight += STRING + CHARACTER * length;
          }
        }
        // What is in a group counts as if it stood beside it.
        case WireFormat.WIRETYPE_START_GROUP, WireFormat.WIRETYPE_END_GROUP -> {}
        default -> in.skipField(tag);
      }
    }
    return weight;
  }

  /** What a catalog takes as it is stored, its contents unparsed. */
  static long stored(Resources catalog) {
    return catalog.all().values().stream()
        .mapToLong(resource -> RESOURCE + resource.content().size())
        .sum();
  }

  /** What some services of a catalog take beside that when they are parsed. */
  static long parsed(Resources catalog, Collection<String> services) {
    return services.stream()
        .mapToLong(service ->
            MESSAGE
                + parsed(catalog, ResourceKey.service(service), Service.getDescriptor())
                + parsed(catalog, ResourceKey.endpoints(service), Endpoints.getDescriptor()))
        .sum();
  }

  private static long parsed(Resources catalog, ResourceKey key, Descriptor type) {
    Resource resource = catalog.all().get(key);
    if (resource == null) {
      return 0;
    }
    try {
      return MESSAGE + of(resource.content(), type);
    } catch (IOException broken) {
      throw new StoreException("what is stored of service " + key.service() + " is broken", broken);
    }
  }
}
