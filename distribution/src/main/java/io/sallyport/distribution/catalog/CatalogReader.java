package io.sallyport.distribution.catalog;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.CatalogRules;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.config.Origin;
import io.sallyport.api.config.Problem;
import io.sallyport.api.config.Problems;
import io.sallyport.api.health.HealthCheckFactory;
import io.sallyport.distribution.hocon.HoconDocument;
import io.sallyport.distribution.hocon.HoconReader;
import io.sallyport.distribution.hocon.HoconSection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads catalogs from HOCON. A catalog is read whole: everything that is wrong with it is found,
 * and then it is refused once.
 *
 * <p>No method throws for what a user wrote. Any thread.
 *
 * @since 0.1
 */
public final class CatalogReader {
  static final String SERVICES = "services";
  private static final String DEFAULTS = "defaults";

  private final Map<String, BalancerFactory<?>> balancers;
  private final Map<String, HealthCheckFactory<?>> checks;
  private final HoconReader files =
      new HoconReader(path -> path.size() == 2 && path.get(0).equals(SERVICES));

  /**
   * Makes a reader.
   *
   * @param balancers the balancers that a catalog may choose, by their type
   * @param checks the health checks that a catalog may choose, by their type
   */
  public CatalogReader(
      Map<String, BalancerFactory<?>> balancers, Map<String, HealthCheckFactory<?>> checks) {
    this.balancers = Map.copyOf(balancers);
    this.checks = Map.copyOf(checks);
  }

  /** Reads a file and gives the catalog a revision; blocks while it does. */
  public CatalogResult read(Path file, Revision revision) {
    return result(files.read(file), file.toString(), revision);
  }

  /**
   * Reads a text that includes nothing.
   *
   * @param source what problems call it
   */
  public CatalogResult read(String source, String text, Revision revision) {
    return result(files.read(source, text), source, revision);
  }

  /** What holds for a port of which a catalog says nothing. */
  public PortDefaults defaults() {
    BehaviourReader behaviours = new BehaviourReader(balancers, checks, new Sharing());
    return new PortDefaults(FactoryDefaults.read(behaviours, new Problems()), behaviours);
  }

  private CatalogResult result(HoconDocument document, String source, Revision revision) {
    return switch (document) {
      case HoconDocument.Refused(List<Problem> problems, Set<Path> included) ->
          new CatalogResult.Refused(sorted(problems, source), included);
      case HoconDocument.Parsed(ConfigObject root, List<Problem> warnings, Set<Path> included) -> {
        Problems problems = new Problems();
        problems.addAll(warnings);
        Catalog catalog = catalog(root, source, revision, problems);
        List<Problem> all = sorted(problems.all(), source);
        yield problems.refuse()
            ? new CatalogResult.Refused(all, included)
            : new CatalogResult.Read(catalog, all, included);
      }
    };
  }

  private Catalog catalog(ConfigObject root, String source, Revision revision, Problems problems) {
    HoconSection section = new HoconSection(root, "", problems);
    Frame frame = frame(section);
    Optional<HoconSection> declared = section.within(SERVICES);
    if (!section.has(SERVICES)) {
      // An empty file is what a writer leaves behind for a moment, or for good when it dies.
      String remedy = "write services {} if there are to be none";
      problems.error(new Origin(source, 0), SERVICES, "", "is missing", remedy);
    }
    section.finish();
    List<Service> services = new ArrayList<>();
    declared.ifPresent(all -> services(all, frame, services));
    Catalog catalog = new Catalog(revision, services);
    declared.ifPresent(all -> rules(catalog, all));
    return catalog;
  }

  /** What a catalog's services are read with. */
  record Frame(ServiceReader reader, Behaviour defaults) {
    Optional<Service> service(String id, HoconSection section) {
      return reader.read(id, section, defaults);
    }
  }

  /** The parser's word on a text that includes nothing. */
  HoconDocument parsed(String source, String text) {
    return files.read(source, text);
  }

  /** The frame that a catalog with an empty object for its services makes for those. */
  Optional<Frame> emptyFrame(ConfigObject root, Problems problems) {
    HoconSection section = new HoconSection(root, "", problems);
    Frame frame = frame(section);
    boolean empty = section.within(SERVICES).filter(all -> all.object().isEmpty()).isPresent();
    section.finish();
    return empty ? Optional.of(frame) : Optional.empty();
  }

  private Frame frame(HoconSection section) {
    Sharing sharing = new Sharing();
    BehaviourReader behaviours = new BehaviourReader(balancers, checks, sharing);
    Behaviour factory = FactoryDefaults.read(behaviours, section.problems());
    Behaviour defaults =
        section.within(DEFAULTS).map(said -> defaults(said, behaviours, factory)).orElse(factory);
    return new Frame(new ServiceReader(behaviours, sharing), defaults);
  }

  private static Behaviour defaults(
      HoconSection section, BehaviourReader behaviours, Behaviour factory) {
    Behaviour defaults = behaviours.read(section, factory);
    section.finish();
    return defaults;
  }

  private static void services(HoconSection section, Frame frame, List<Service> services) {
    for (String id : section.keys()) {
      ConfigValue value = section.value(id).orElseThrow();
      String path = section.pathOf(id);
      if (!Service.ID.matcher(id).matches()) {
        String remedy =
            "use letters, digits, dots, hyphens and underscores, at most 128, a letter or digit"
                + " first";
        section.problems().error(section.originOf(id), path, "", "is not a service id", remedy);
      } else if (!(value instanceof ConfigObject object)) {
        section.problem(value, path, "is not a service", "write " + id + " { address = …, … }");
      } else {
        frame
            .service(id, new HoconSection(object, path, section.problems()))
            .ifPresent(services::add);
      }
    }
  }

  private static void rules(Catalog catalog, HoconSection section) {
    RuleOrigins origins = new RuleOrigins(section.object());
    Set<Problem> placed = new LinkedHashSet<>();
    CatalogRules.violations(catalog).forEach(violation -> placed.add(origins.placed(violation)));
    section.problems().addAll(placed);
  }

  /** In the order of the file, what it includes last, and nothing twice. */
  private static List<Problem> sorted(List<Problem> problems, String source) {
    Comparator<Problem> order =
        Comparator.comparing((Problem problem) -> !problem.origin().source().equals(source))
            .thenComparing(problem -> problem.origin().source())
            .thenComparingInt(problem -> problem.origin().line());
    return problems.stream().filter(new HashSet<>()::add).sorted(order).toList();
  }
}
