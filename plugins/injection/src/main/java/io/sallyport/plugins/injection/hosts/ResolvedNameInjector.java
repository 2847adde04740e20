package io.sallyport.plugins.injection.hosts;

import io.sallyport.api.catalog.HostName;
import io.sallyport.api.injection.HostBinding;
import io.sallyport.api.injection.HostInjector;
import io.sallyport.api.injection.HostInjectorContext;
import io.sallyport.api.injection.InjectionReport;
import io.sallyport.api.injection.InjectionReport.Outcome;
import io.sallyport.plugins.injection.dns.NameLookup;
import io.sallyport.plugins.injection.files.Failures;
import io.sallyport.plugins.injection.files.FileCommit;
import io.sallyport.plugins.injection.files.FileStamp;
import io.sallyport.plugins.injection.files.InPlace;
import io.sallyport.plugins.injection.files.Journal;
import io.sallyport.plugins.injection.files.Linux;
import io.sallyport.plugins.injection.files.Refusal;
import io.sallyport.plugins.injection.files.RepairBudget;
import io.sallyport.plugins.injection.files.Schedule;
import io.sallyport.plugins.injection.files.Snapshot;
import io.sallyport.plugins.injection.files.StateLock;
import io.sallyport.plugins.injection.files.Watch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Keeps names of a cluster in the node's hosts file, where programs of the node find them that do
 * not ask the cluster's name server: the job of OpenShift's node resolver.
 *
 * <p>Its names come from the settings and not from the catalog, so every binding is in place as far
 * as it is concerned; what goes wrong stands in the note. An empty set withdraws its lines only
 * after one that was not: a node that starts has none yet, and its lines from before serve on.
 *
 * <p>Injection thread; answers come on the lookup's own.
 */
final class ResolvedNameInjector implements HostInjector {
  /** When a file that could not be written is tried again, if nothing happens before. */
  private static final Duration RETRY = Duration.ofSeconds(30);

  private final ResolvedNameSettings settings;
  private final HostInjectorContext context;
  private final Supplier<NameLookup> lookups;
  private final Schedule schedule;
  private final ResolvedNames names;
  private final StateLock lock;
  private final InPlace inPlace;
  private final KeptFile hosts;
  private final Watch watch;
  private final List<AutoCloseable> running = new ArrayList<>();
  private boolean remembered;
  private boolean full;

  ResolvedNameInjector(
      ResolvedNameSettings settings,
      HostInjectorContext context,
      Supplier<NameLookup> lookups,
      Schedule schedule) {
    this.settings = settings;
    this.context = context;
    this.lookups = lookups;
    this.schedule = schedule;
    this.names = new ResolvedNames(settings, context.clock());
    this.lock = new StateLock(context.stateDirectory());
    this.inPlace = new InPlace(new Journal(context.stateDirectory(), step -> {}), step -> {});
    this.watch = new Watch(context.clock(), context.drift());
    this.hosts =
        new KeptFile(
            settings.path(),
            Owner.RESOLVED,
            Precedence.BEFORE_FOREIGN,
            new FileCommit(inPlace, new Linux(), step -> {}),
            new RepairBudget(context.clock(), settings.repairsPerMinute()));
  }

  @Override
  public InjectionReport reconcile(Set<HostBinding> desired) {
    boolean withdrawn = full && desired.isEmpty();
    full |= !desired.isEmpty();
    watch.hold();
    try {
      List<String> notes = new ArrayList<>();
      int changes = locked(withdrawn, notes);
      notes.addAll(names.troubles());
      return new InjectionReport(
          desired.stream()
              .collect(Collectors.toMap(binding -> binding, binding -> new Outcome.InPlace())),
          changes,
          String.join("; ", notes));
    } finally {
      watch.release();
      start();
    }
  }

  @Override
  public List<String> preview(Set<HostBinding> desired) {
    remember();
    List<String> lines = new ArrayList<>(hosts.preview(names.lines()));
    for (HostName name : settings.names()) {
      lines.add("? " + settings.question(name) + " would be asked for, and kept as " + name);
    }
    return lines;
  }

  @Override
  public void close() {
    watch.hold();
    for (AutoCloseable each : running.reversed()) {
      try {
        each.close();
      } catch (Exception fault) {
        throw new IllegalStateException("did not close", fault);
      }
    }
    running.clear();
  }

  private int locked(boolean withdrawn, List<String> notes) {
    try (StateLock.Held held = lock.acquire().orElse(null)) {
      if (held == null) {
        refused(
            new Refusal(
                "another process edits " + settings.path() + " and holds " + lock.file(),
                "wait for it, or end it if it hangs"),
            notes);
        return 0;
      }
      notes.addAll(inPlace.recover());
      remember();
      return keep(withdrawn ? List.of() : names.lines(), notes);
    } catch (IOException failed) {
      refused(
          new Refusal(
              "cannot prepare the edit of " + settings.path() + ": " + Failures.text(failed),
              "let this process write its state directory " + context.stateDirectory()),
          notes);
      return 0;
    }
  }

  private int keep(List<OwnLine> lines, List<String> notes) {
    switch (hosts.keep(lines)) {
      case Keeping.AsWanted(FileStamp stamp, int changes, List<String> news) -> {
        watch.expect(hosts.path(), Optional.of(stamp));
        notes.addAll(news);
        return changes;
      }
      case Keeping.Postponed postponed -> {
        watch.expect(hosts.path(), FileStamp.find(hosts.path()));
        watch.remind(postponed.until(), hosts.path() + " may be repaired again");
        notes.add(postponed.refusal().text());
      }
      case Keeping.Refused(Refusal refusal) -> refused(refusal, notes);
    }
    return 0;
  }

  private void refused(Refusal refusal, List<String> notes) {
    watch.expect(hosts.path(), FileStamp.find(hosts.path()));
    watch.remind(context.clock().instant().plus(RETRY), hosts.path() + " is tried again");
    notes.add(refusal.text());
  }

  /** What stands in the file is what was known before a restart. */
  private void remember() {
    if (!remembered
        && Snapshot.read(settings.path()) instanceof Snapshot.Reading.Whole(Snapshot snapshot)) {
      names.remember(
          HostsText.of(snapshot.content(), Owner.RESOLVED).own().stream()
              .map(HostsText.PlacedLine::line)
              .toList());
      remembered = true;
    }
  }

  private void start() {
    if (!running.isEmpty()) {
      return;
    }
    NameLookup lookup = lookups.get();
    running.add(lookup);
    running.add(schedule.every(settings.interval(), () -> ask(lookup)));
    if (settings.watchInterval().isPositive()) {
      running.add(schedule.every(settings.watchInterval(), watch));
    }
    ask(lookup);
  }

  private void ask(NameLookup lookup) {
    for (HostName name : settings.names()) {
      lookup
          .ask(settings.question(name))
          .thenAccept(found -> names.take(name, found).ifPresent(context.drift()::seen));
    }
  }
}
