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
  private String text = "";
  private String rest = "";
  private Map<String, Known> known = Map.of();

  /** A service and the text that it was read from. */
  private record Known(String text, Service service) {}

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
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /** Reads it and gives the catalog a revision; blocks while it does. */
  public CatalogResult read(Revision revision) {
    text = "";
    return inParts(revision)
        .<CatalogResult>map(catalog -> new CatalogResult.Read(catalog, List.of(), Set.of(path)))
        .orElseGet(() -> reader.read(path, revision));
  }

  private Optional<Catalog> inParts(Revision revision) {
    if (!(TextFile.read(path) instanceof TextFile.Text(String whole))) {
      return Optional.empty();
    }
    Optional<Catalog> catalog = CatalogParts.of(whole).flatMap(parts -> services(parts, revision));
    if (catalog.isPresent()) {
      text = whole;
    }
    return catalog;
  }

  private Optional<Catalog> services(CatalogParts parts, Revision revision) {
    Problems problems = new Problems();
    Optional<CatalogReader.Frame> frame =
        object(parts.rest(), problems).flatMap(root -> reader.emptyFrame(root, problems));
    if (frame.isEmpty() || !problems.all().isEmpty()) {
      return Optional.empty();
    }
    Map<String, Known> before = parts.rest().equals(rest) ? known : Map.of();
    Map<String, Known> now = HashMap.newHashMap(parts.services().size());
    List<Service> services = new ArrayList<>(parts.services().size());
    for (CatalogParts.Part part : parts.services()) {
      Known same = before.get(part.id());
      if (same == null || !parts.reads(part, same.text())) {
        String own = parts.text(part);
        Optional<Service> read = service(part.id(), own, frame.get(), problems);
        if (read.isEmpty()) {
          return Optional.empty();
        }
        same = new Known(own, read.get());
      }
      now.put(part.id(), same);
      services.add(same.service());
    }
    Catalog catalog = new Catalog(revision, services);
    if (!CatalogRules.violations(catalog).isEmpty()) {
      return Optional.empty();
    }
    rest = parts.rest();
    known = now;
    return Optional.of(catalog);
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
