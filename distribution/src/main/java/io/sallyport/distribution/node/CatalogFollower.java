package io.sallyport.distribution.node;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.config.Problem;
import io.sallyport.distribution.catalog.CatalogFile;
import io.sallyport.distribution.catalog.CatalogReader;
import io.sallyport.distribution.catalog.CatalogResult;
import io.sallyport.distribution.status.CatalogStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a catalog's file, and the files that it includes, as they change.
 *
 * <pre>
 *            changed                  quiet, good, other services: taken, kept on disk
 *   at rest ─────────► settling ────► quiet, good, the same services: nothing
 *      ▲                │    ▲ │      quiet, refused: told, the last good one goes on
 *      └──── as judged ─┘    └─┘ changed again
 * </pre>
 *
 * <p>It judges what has been left alone for {@link #SETTLING}, so that a file is not read while it
 * is being written. {@link #start}, {@link #look} and {@link #keep} are called by one thread at a
 * time, {@link #status} by any.
 *
 * @since 0.1
 */
public final class CatalogFollower {
  /** How long the files must look the same before they are read. */
  public static final Duration SETTLING = Duration.ofMillis(200);

  private static final Logger LOG = LoggerFactory.getLogger(CatalogFollower.class);
  private static final Revision FIRST = new Revision(1, 1);
  private static final int MOST_TOLD = 200;
  private static final int MOST_STARTING_READS = 3;
  private static final Look AGAIN = new Look(SETTLING, Optional.empty());

  private final Path file;
  private final CatalogFile content;
  private final Duration poll;
  private final CatalogReader reader;
  private final Function<Catalog, String> writer;
  private final LastGoodCatalog lastGood;
  private final InstantSource clock;
  private final Counter taken;
  private final Counter refusals;

  private Set<Path> files;
  private FileStamps judged;
  private FileStamps seen;
  private Catalog current = Catalog.EMPTY;
  private Runnable owed = () -> {};
  private String unkept = "";
  private volatile CatalogStatus status;
  private volatile boolean again;

  /**
   * Makes a follower that has not looked yet.
   *
   * @param file the catalog's file, absolute
   * @param poll how often the files are looked at
   * @param writer a catalog as a text that reads back the same, for one whose file cannot be kept
   *     as it is, such as one with includes; may throw an {@link IllegalArgumentException} where
   *     there is none
   */
  public CatalogFollower(
      Path file,
      Duration poll,
      CatalogReader reader,
      Function<Catalog, String> writer,
      LastGoodCatalog lastGood,
      MetricRegistry metrics,
      InstantSource clock) {
    this.file = file;
    this.content = new CatalogFile(file, reader);
    this.poll = poll;
    this.reader = reader;
    this.writer = writer;
    this.lastGood = lastGood;
    this.clock = clock;
    files = Set.of(file);
    judged = FileStamps.of(List.of());
    seen = judged;
    status =
        new CatalogStatus(
            file.toString(),
            CatalogStatus.FOLLOWED,
            clock.instant(),
            false,
            Revision.NONE.toString(),
            Instant.EPOCH,
            List.of(),
            List.of());
    taken = metrics.counter("catalogs_taken_total");
    refusals = metrics.counter("catalogs_refused_total");
    Gauge<Integer> refused = () -> status.refused() ? 1 : 0;
    metrics.register("catalog_refused", refused);
    Gauge<Double> takenAt = () -> status.appliedAt().toEpochMilli() / 1e3;
    metrics.register("catalog_taken_time_seconds", takenAt);
  }

  /** What a start came to. */
  public sealed interface Start {
    /** There is a catalog to serve, the file's or the last good one. */
    record From(Catalog catalog) implements Start {}

    /** There is none. */
    record Impossible(List<Problem> problems) implements Start {
      /** Copies the list. */
      public Impossible {
        problems = List.copyOf(problems);
      }
    }
  }

  /** Finds the first catalog. Blocks while it reads. */
  public Start start() {
    Optional<LastGoodCatalog.Kept> kept = kept();
    Revision next = kept.map(k -> k.revision().next()).orElse(FIRST);
    seen = FileStamps.of(files);
    CatalogResult result = content.read(next);
    for (int reads = 1; reads < MOST_STARTING_READS; reads++) {
      if (result.files().equals(files) && seen.equals(seen.now())) {
        break;
      }
      files = result.files();
      seen = FileStamps.of(files);
      result = content.read(next);
    }
    judged = seen;
    return switch (result) {
      case CatalogResult.Read read -> {
        Optional<String> text =
            kept.isEmpty() ? Optional.empty() : content.text().or(() -> written(read.catalog()));
        Optional<Revision> same =
            kept.filter(k -> text.equals(Optional.of(k.text())))
                .map(LastGoodCatalog.Kept::revision);
        Catalog catalog = new Catalog(same.orElse(next), read.catalog().services());
        adopt(catalog, read.warnings(), false);
        taken.inc();
        if (same.isEmpty()) {
          owe(catalog);
        }
        yield new Start.From(catalog);
      }
      case CatalogResult.Refused refused ->
          kept.isPresent() ? fromKept(kept.get(), refused) : impossible(refused);
    };
  }

  /**
   * What a look came to.
   *
   * @param next when to look again
   * @param taken the catalog to serve from now on; empty when the one in force goes on
   */
  public record Look(Duration next, Optional<Catalog> taken) {}

  /** Looks at the files once. Blocks while it reads them, if it has to. */
  public Look look() {
    FileStamps now = FileStamps.of(files);
    if (again) {
      // Who asks for it has written it.
      again = false;
      judged = FileStamps.of(List.of());
      seen = now;
    }
    if (now.equals(judged)) {
      seen = now;
      return new Look(poll, Optional.empty());
    }
    if (!now.equals(seen)) {
      seen = now;
      return AGAIN;
    }
    CatalogResult result = content.read(current.revision().next());
    if (!result.files().equals(files)) {
      files = result.files();
      seen = FileStamps.of(files);
      return AGAIN;
    }
    seen = now.now();
    if (!seen.equals(now)) {
      return AGAIN;
    }
    judged = now;
    return new Look(poll, judge(result));
  }

  /** Lets the next look read the files even if they look as before. Any thread. */
  public void readAgain() {
    again = true;
  }

  /**
   * Keeps on disk what the start or a look took, once that has been handed on: who waits for a
   * change need not wait for the disk. What the disk does not take is tried again the next time.
   * Blocks.
   */
  public void keep() {
    Runnable keeping = owed;
    owed = () -> {};
    keeping.run();
  }

  /** What became of the file. Any thread. */
  public CatalogStatus status() {
    return status;
  }

  private Optional<Catalog> judge(CatalogResult result) {
    return switch (result) {
      case CatalogResult.Read(Catalog catalog, List<Problem> warnings, Set<Path> readFiles) -> {
        boolean wasRefused = status.refused();
        if (catalog.services().equals(current.services())) {
          adopt(current, warnings, wasRefused);
          yield Optional.empty();
        }
        adopt(catalog, warnings, wasRefused);
        taken.inc();
        owe(catalog);
        yield Optional.of(catalog);
      }
      case CatalogResult.Refused(List<Problem> problems, Set<Path> readFiles) -> {
        refuse(problems, false);
        yield Optional.empty();
      }
    };
  }

  private void adopt(Catalog catalog, List<Problem> warnings, boolean wasRefused) {
    boolean other = !catalog.revision().equals(current.revision());
    List<String> told = texts(warnings);
    if (wasRefused) {
      LOG.atInfo()
          .addKeyValue("file", file)
          .addKeyValue("revision", catalog.revision())
          .log("the catalog's file is good again");
    }
    if (!told.equals(status.warnings())) {
      told.forEach(warning ->
          LOG.atWarn().addKeyValue("problem", warning).log("the catalog draws a warning"));
    }
    current = catalog;
    Instant now = clock.instant();
    boolean wasFollowed = !status.refused() && !other;
    status =
        new CatalogStatus(
            file.toString(),
            CatalogStatus.FOLLOWED,
            wasFollowed ? status.since() : now,
            false,
            catalog.revision().toString(),
            other ? now : status.appliedAt(),
            List.of(),
            told);
  }

  private void refuse(List<Problem> problems, boolean fromLastGood) {
    List<String> told = texts(problems);
    if (status.refused() && told.equals(status.problems())) {
      return;
    }
    refusals.inc();
    LOG.atError()
        .addKeyValue("file", file)
        .addKeyValue("problems", problems.size())
        .addKeyValue("revision", current.revision())
        .log(
            fromLastGood
                ? "the catalog's file was refused: the agent starts from the last good catalog,"
                    + " kept from an earlier run"
                : "the catalog's file was refused: the last good catalog goes on");
    told.forEach(
        problem -> LOG.atError().addKeyValue("problem", problem).log("the catalog has a problem"));
    Instant now = clock.instant();
    status =
        new CatalogStatus(
            file.toString(),
            CatalogStatus.REFUSED,
            status.refused() ? status.since() : now,
            fromLastGood || (status.refused() && status.fromLastGood()),
            current.revision().toString(),
            fromLastGood ? now : status.appliedAt(),
            told,
            status.warnings());
  }

  private Start fromKept(LastGoodCatalog.Kept kept, CatalogResult.Refused refused) {
    return switch (reader.read(lastGood.path().toString(), kept.text(), kept.revision())) {
      case CatalogResult.Read read -> {
        current = read.catalog();
        refuse(refused.problems(), true);
        taken.inc();
        yield new Start.From(current);
      }
      case CatalogResult.Refused unusable -> {
        LOG.atError()
            .addKeyValue("file", lastGood.path())
            .addKeyValue("problem", unusable.problems().getFirst().text())
            .log("the last good catalog cannot be used either");
        yield impossible(refused);
      }
    };
  }

  private static Start impossible(CatalogResult.Refused refused) {
    return new Start.Impossible(refused.problems());
  }

  private Optional<LastGoodCatalog.Kept> kept() {
    try {
      return lastGood.of(file);
    } catch (IOException fault) {
      LOG.atWarn()
          .addKeyValue("file", lastGood.path())
          .addKeyValue("reason", fault)
          .log("the last good catalog cannot be read");
      return Optional.empty();
    }
  }

  private void owe(Catalog catalog) {
    Optional<String> own = content.text();
    owed = () -> own.or(() -> written(catalog)).ifPresent(text -> keep(catalog.revision(), text));
  }

  private void keep(Revision revision, String text) {
    try {
      lastGood.keep(file, revision, text);
      unkept = "";
    } catch (IOException fault) {
      owed = () -> keep(revision, text);
      if (!unkept.equals(fault.toString())) {
        unkept = fault.toString();
        notKept(fault);
      }
    }
  }

  private Optional<String> written(Catalog catalog) {
    try {
      return Optional.of(writer.apply(catalog));
    } catch (IllegalArgumentException unwritable) {
      notKept(unwritable);
      return Optional.empty();
    }
  }

  private void notKept(Exception fault) {
    LOG.atError()
        .addKeyValue("file", lastGood.path())
        .addKeyValue("reason", fault)
        .log("the catalog could not be kept: a restart will depend on its file");
  }

  private static List<String> texts(List<Problem> problems) {
    List<String> texts = problems.stream().limit(MOST_TOLD).map(Problem::text).toList();
    return problems.size() <= MOST_TOLD
        ? texts
        : Stream.concat(texts.stream(), Stream.of("and " + (problems.size() - MOST_TOLD) + " more"))
            .toList();
  }
}
