package io.sallyport.control.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.sallyport.control.resource.Resource;
import io.sallyport.control.resource.ResourceKey;
import io.sallyport.control.resource.ResourceKey.Kind;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.store.v1.Bucket;
import io.sallyport.control.store.v1.BucketEntry;
import io.sallyport.control.v1.ResourceName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A catalog's resources in so many parts that a change of one service rewrites little: of 10,000
 * services, about as much of the list of buckets as of a bucket.
 */
final class Buckets {
  /** How many there are in what is written now; what was written before may have another number. */
  static final int COUNT = 128;

  private Buckets() {}

  /** In which one of {@code count} a service's resources are. */
  static int of(String service, int count) {
    CRC32C sum = new CRC32C();
    sum.update(service.getBytes(StandardCharsets.UTF_8));
    return (int) (sum.getValue() % count);
  }

  /** Resources, in their order, as they are stored. */
  static ByteString written(List<Resource> resources) {
    Bucket.Builder bucket = Bucket.newBuilder();
    for (Resource resource : resources) {
      bucket
          .addEntriesBuilder()
          .setName(name(resource.key()))
          .setVersion(Revisions.message(resource.version()))
          .setContent(CatalogKeys.hash(resource.content()));
    }
    return bucket.build().toByteString();
  }

  /** What a bucket lists. */
  static List<BucketEntry> read(ByteString stored) {
    try {
      return Bucket.parseFrom(stored).getEntriesList();
    } catch (InvalidProtocolBufferException broken) {
      throw new StoreException(
          "a bucket of the catalog is damaged: " + broken.getMessage(), broken);
    }
  }

  /** An entry's key. */
  static ResourceKey key(BucketEntry entry) {
    Kind kind =
        switch (entry.getName().getKind()) {
          case KIND_SERVICE -> Kind.SERVICE;
          case KIND_ENDPOINTS -> Kind.ENDPOINTS;
          case KIND_UNSPECIFIED, UNRECOGNIZED ->
              throw new StoreException(
                  "a bucket of the catalog holds what is not known here; a newer version wrote it");
        };
    return new ResourceKey(entry.getName().getService(), kind);
  }

  /** Resources by bucket. */
  static List<List<Resource>> sorted(Iterable<Resource> resources) {
    List<List<Resource>> buckets = new ArrayList<>();
    for (int bucket = 0; bucket < COUNT; bucket++) {
      buckets.add(new ArrayList<>());
    }
    resources.forEach(resource -> buckets.get(of(resource.key().service(), COUNT)).add(resource));
    return buckets;
  }

  private static ResourceName name(ResourceKey key) {
    return ResourceName.newBuilder()
        .setService(key.service())
        .setKind(
            switch (key.kind()) {
              case SERVICE -> ResourceName.Kind.KIND_SERVICE;
              case ENDPOINTS -> ResourceName.Kind.KIND_ENDPOINTS;
            })
        .build();
  }
}
