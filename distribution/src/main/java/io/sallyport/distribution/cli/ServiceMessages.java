package io.sallyport.distribution.cli;

import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.config.Problem;
import io.sallyport.api.source.CatalogLanguage.Reading;
import io.sallyport.control.resource.ServiceCodec;
import io.sallyport.control.v1.Difference;
import io.sallyport.control.v1.Resource;
import io.sallyport.distribution.catalog.CatalogReader;
import io.sallyport.distribution.catalog.CatalogWriter;
import io.sallyport.distribution.catalog.ServiceLanguage;
import java.util.ArrayList;
import java.util.List;

/** Services as they travel, for people: as a catalog, and as what lies between two. */
final class ServiceMessages {
  private final ServiceCodec codec;
  private final CatalogWriter writer;
  private final ServiceText text;

  ServiceMessages(CatalogReader reader, CatalogWriter writer) {
    this.codec = new ServiceCodec(new ServiceLanguage(reader, writer));
    this.writer = writer;
    this.text = new ServiceText(writer);
  }

  /** A catalog's services as they travel. */
  List<Resource> of(Catalog catalog) {
    return catalog.services().stream()
        .map(service ->
            Resource.newBuilder()
                .setService(codec.service(service))
                .setEndpoints(codec.endpoints(service))
                .build())
        .toList();
  }

  /**
   * A catalog's text.
   *
   * @param problems takes what cannot be read here, such as the settings of a plugin that is not
   *     installed; those services are left out
   */
  String text(
      Revision revision, List<Resource> services, List<String> head, List<Problem> problems) {
    List<Service> read = new ArrayList<>();
    for (Resource service : services) {
      switch (read(service)) {
        case Reading.Read(Service whole, var warnings) -> read.add(whole);
        case Reading.Refused(List<Problem> refused) -> problems.addAll(refused);
      }
    }
    return writer.text(new Catalog(revision, read), head);
  }

  /** A difference in lines, the first of which names the service. */
  List<String> lines(Difference difference, Paint paint) {
    List<String> lines = new ArrayList<>();
    String name = difference.getService();
    lines.add(
        switch (difference.getKind()) {
          case KIND_ADDED -> paint.good("+ " + name);
          case KIND_REMOVED -> paint.bad("- " + name);
          case KIND_CHANGED -> paint.odd("~ " + name);
          case KIND_UNSPECIFIED, UNRECOGNIZED -> "? " + name;
        });
    for (LineDiff.Edit edit : edits(difference)) {
      lines.add(
          edit.comes() ? paint.good("    + " + edit.line()) : paint.bad("    - " + edit.line()));
    }
    return lines;
  }

  /** The lines that go and come. */
  List<LineDiff.Edit> edits(Difference difference) {
    List<String> before = difference.hasBefore() ? lines(difference.getBefore()) : List.of();
    List<String> after = difference.hasAfter() ? lines(difference.getAfter()) : List.of();
    return LineDiff.between(before, after);
  }

  private List<String> lines(Resource resource) {
    return switch (read(resource)) {
      case Reading.Read(Service service, var warnings) -> text.lines(service);
      // Better what was sent than nothing, where it takes a plugin that is not installed here.
      case Reading.Refused refused ->
          (resource.getService().getDefinition() + "\n" + resource.getEndpoints()).lines().toList();
    };
  }

  private Reading read(Resource resource) {
    return switch (codec.read(resource.getService())) {
      case Reading.Read(Service bare, var warnings) -> codec.whole(bare, resource.getEndpoints());
      case Reading.Refused refused -> refused;
    };
  }
}
