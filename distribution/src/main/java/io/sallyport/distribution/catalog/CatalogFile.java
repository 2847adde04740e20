package io.sallyport.distribution.catalog;

import com.typesafe.config.ConfigObject;
import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.CatalogRules;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.config.Problems;
import io.sallyport.distribution.hocon.HoconDocument;
import io.sallyport.distribution.hocon.HoconSection;
import io.sallyport.distribution.hocon.TextFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * A catalog's file that is read again and again. Where the text can be cut into services, only
 * those whose text has changed are parsed; the others stay the objects that they were, and no tree
 * of the whole file is ever built. In a catalog of ten thousand services this is most of the time
 * that a change of one of them takes, and nearly all of the memory.
 *
 * <p>What it cannot cut, and whatever there is anything to say about, goes to the reader whole,
 * which finds all problems and where they are. So the outcome is always the reader's.
 *
 * <p>Used by one thread.
 *
 * @since 0.1
 */
public final class CatalogFile {
  private final Path path;
  private final CatalogReader reader;
  private Optional<Known> known = Optional.empty();
  private boolean inParts;

  /**
   * What it came to when it was last read without a complaint.
   *
   * @param services in the order of the parts
   * @param claims theirs
   */
  private record Known(CatalogParts parts, List<Service> services, Claims claims) {}

  /** Makes a file that has not been read. */
  public CatalogFile(Path path, CatalogReader reader) {
    this.path = path;
    this.reader = reader;
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /**
   * The file's own text as it was last read, if that depends on no other file and there was nothing
   * to say about it.
   */
  public Optional<String> text() {
    return known.filter(read -> inParts).map(read -> read.parts().text());
  }

  /** Reads it and gives the catalog a revision; blocks while it does. */
  public CatalogResult read(Revision revision) {
    Optional<Known> now =
        TextFile.read(path) instanceof TextFile.Text(String text)
            ? inParts(text)
            : Optional.empty();
    inParts = now.isPresent();
    if (now.isEmpty()) {
      return reader.read(path, revision);
    }
    known = now;
    return new CatalogResult.Read(
        new Catalog(revision, now.get().services()), List.of(), Set.of(path));
  }

  private Optional<Known> inParts(String text) {
    Optional<CatalogParts.Recut> recut =
        known.isPresent()
            ? known.get().parts().recut(text)
            : CatalogParts.of(text).map(parts -> new CatalogParts.Recut(parts, 0, 0));
    Optional<Known> same =
        known.filter(before ->
            recut.filter(cut -> cut.parts().rest().equals(before.parts().rest())).isPresent());
    return recut.flatMap(cut -> same.isPresent() ? changed(same.get(), cut) : whole(cut.parts()));
  }

  private Optional<Known> whole(CatalogParts parts) {
    return services(parts, IntStream.range(0, parts.ids().size()), i -> Optional.empty())
        .flatMap(services -> judged(parts, services));
  }

  /** Reads what stands between the two ends that are as they were, as far as it is new. */
  private Optional<Known> changed(Known before, CatalogParts.Recut recut) {
    CatalogParts parts = recut.parts();
    int head = recut.head();
    int oldEnd = before.services().size() - recut.tail();
    int newEnd = parts.ids().size() - recut.tail();
    Map<String, Integer> old = HashMap.newHashMap(oldEnd - head);
    for (int i = head; i < oldEnd; i++) {
      old.put(before.parts().ids().get(i), i);
    }
    Optional<List<Service>> middle =
        services(
            parts,
            IntStream.range(head, newEnd),
            i ->
                Optional.ofNullable(old.get(parts.ids().get(i)))
                    .filter(was -> parts.reads(i, before.parts(), was))
                    .map(before.services()::get));
    if (middle.isEmpty()) {
      return Optional.empty();
    }
    List<Service> gone = before.services().subList(head, oldEnd);
    List<Service> services = new ArrayList<>(parts.ids().size());
    services.addAll(before.services().subList(0, head));
    services.addAll(middle.get());
    services.addAll(before.services().subList(oldEnd, before.services().size()));
    return before.claims().replace(gone, middle.get())
        ? Optional.of(new Known(parts, services, before.claims()))
        : judged(parts, services);
  }

  private static Optional<Known> judged(CatalogParts parts, List<Service> services) {
    return CatalogRules.violations(new Catalog(Revision.NONE, services)).isEmpty()
        ? Optional.of(new Known(parts, services, Claims.of(services)))
        : Optional.empty();
  }

  /** Some of the parts as services, known ones or read; empty if there is anything to say. */
  private Optional<List<Service>> services(
      CatalogParts parts, IntStream which, IntFunction<Optional<Service>> same) {
    Problems problems = new Problems();
    Optional<CatalogReader.Frame> frame =
        object(parts.rest(), problems).flatMap(root -> reader.emptyFrame(root, problems));
    if (frame.isEmpty() || !problems.all().isEmpty()) {
      return Optional.empty();
    }
    List<Service> services = new ArrayList<>();
    for (int i : which.toArray()) {
      String id = parts.ids().get(i);
      Optional<Service> service =
          same.apply(i).or(() -> service(id, parts.text(i), frame.get(), problems));
      if (service.isEmpty()) {
        return Optional.empty();
      }
      services.add(service.get());
    }
    return Optional.of(services);
  }

  private Optional<Service> service(
      String id, String text, CatalogReader.Frame frame, Problems problems) {
    Optional<ConfigObject> root = object(text, problems);
    if (root.isEmpty()
        || root.get().size() != 1
        || !(root.get().get(id) instanceof ConfigObject object)
        || !Service.ID.matcher(id).matches()) {
      return Optional.empty();
    }
    String at = CatalogReader.SERVICES + "." + id;
    return frame
        .service(id, new HoconSection(object, at, problems))
        .filter(read -> problems.all().isEmpty());
  }

  private Optional<ConfigObject> object(String text, Problems problems) {
    return reader.parsed(path.toString(), text)
                instanceof HoconDocument.Parsed(ConfigObject root, var warnings, Set<Path> included)
            && warnings.isEmpty()
            && included.isEmpty()
            && problems.all().isEmpty()
        ? Optional.of(root)
        : Optional.empty();
  }
}
