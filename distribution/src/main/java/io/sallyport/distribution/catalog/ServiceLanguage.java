package io.sallyport.distribution.catalog;

import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.config.Origin;
import io.sallyport.api.config.Problem;
import io.sallyport.api.config.Severity;
import io.sallyport.api.source.CatalogLanguage;
import java.util.List;

/**
 * Services as catalogs of one, each complete in itself.
 *
 * @since 0.1
 */
public final class ServiceLanguage implements CatalogLanguage {
  private final CatalogReader reader;
  private final CatalogWriter writer;

  /** Makes it of a reader and a writer that know the same strategies. */
  public ServiceLanguage(CatalogReader reader, CatalogWriter writer) {
    this.reader = reader;
    this.writer = writer;
  }

  @Override
  public String text(Service service) {
    return writer.text(new Catalog(Revision.NONE, List.of(service)), List.of());
  }

  @Override
  public Reading read(String id, String text) {
    return switch (reader.read(id, text, Revision.NONE)) {
      case CatalogResult.Refused(List<Problem> problems, var files) ->
          new Reading.Refused(problems);
      case CatalogResult.Read(Catalog catalog, List<Problem> warnings, var files) -> {
        List<Service> services = catalog.services();
        yield services.size() == 1 && services.getFirst().id().equals(id)
            ? new Reading.Read(services.getFirst(), warnings)
            : new Reading.Refused(List.of(other(id, services)));
      }
    };
  }

  private static Problem other(String id, List<Service> services) {
    return new Problem(
        Severity.ERROR,
        Origin.UNKNOWN,
        "services",
        String.join(", ", services.stream().map(Service::id).toList()),
        "is not the one service " + id,
        "send each service alone, under its own key");
  }
}
