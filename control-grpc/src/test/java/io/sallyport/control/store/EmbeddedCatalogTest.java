package io.sallyport.control.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.Revision;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A catalog in a file. */
class EmbeddedCatalogTest extends CatalogStoreContract {
  @TempDir Path directory;
  private EmbeddedStore store;

  @BeforeEach
  void openStore() {
    store = EmbeddedStore.open(directory);
  }

  @AfterEach
  void closeStore() {
    closeCatalogs();
    store.close();
  }

  @Override
  KeyValueStore store() {
    return store;
  }

  @Test
  void theCatalogIsThereAfterARestart() throws Exception {
    CatalogStore catalog = open();
    Head head = committed(catalog, change(Revision.NONE, Map.of(service("a"), "1"), Set.of()));
    closeStore();
    openStore();

    assertThat(open().head()).isEqualTo(head);
  }
}
