package io.sallyport.control.store;

import com.google.protobuf.ByteString;
import io.sallyport.api.catalog.Revision;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** Where in a store what of the catalog is. */
final class CatalogKeys {
  /** The newest revision. */
  static final String HEAD = "catalog/head";

  /** The rollout under way. */
  static final String RELEASE = "catalog/release";

  /**
   * Written by whoever is about to take contents away; a commit in the making has to begin anew.
   */
  static final String PRUNE = "catalog/prune";

  /** Commits, in the order of their revisions. */
  static final String COMMITS = "catalog/commit/";

  /** Buckets and contents, by their hashes. */
  static final String BLOBS = "catalog/blob/";

  private CatalogKeys() {}

  static String commit(Revision revision) {
    return String.format(
        Locale.ROOT, "%s%010d.%019d", COMMITS, revision.epoch(), revision.number());
  }

  static String blob(ByteString hash) {
    return BLOBS + HexFormat.of().formatHex(hash.toByteArray());
  }

  static ByteString hash(ByteString content) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(content.asReadOnlyByteBuffer());
      return ByteString.copyFrom(digest.digest());
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }
}
