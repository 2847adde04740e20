package io.sallyport.control.store;

import com.google.protobuf.ByteString;
import io.sallyport.api.catalog.Revision;
import java.util.List;

/**
 * What stood in the store at one moment.
 *
 * @param head the catalog and the rollout
 * @param buckets the hashes of the catalog's buckets, as its commit has them
 * @param headVersion the versions of the keys, for conditions
 * @param releaseVersion likewise
 * @param pruneVersion likewise
 */
record CatalogState(
    Head head, List<ByteString> buckets, long headVersion, long releaseVersion, long pruneVersion) {
  static final CatalogState NONE = new CatalogState(Head.NONE, List.of(), 0, 0, 0);

  Revision revision() {
    return head.newest().revision();
  }
}
