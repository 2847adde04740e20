package io.sallyport.plugins.injection.hosts;

import io.sallyport.api.injection.HostBinding;
import io.sallyport.api.injection.HostInjector;
import io.sallyport.api.injection.HostInjectorContext;
import io.sallyport.api.injection.InjectionReport;
import io.sallyport.api.injection.InjectionReport.Outcome;
import io.sallyport.plugins.injection.files.Failures;
import io.sallyport.plugins.injection.files.FileCommit;
import io.sallyport.plugins.injection.files.FileStamp;
import io.sallyport.plugins.injection.files.InPlace;
import io.sallyport.plugins.injection.files.Journal;
import io.sallyport.plugins.injection.files.Linux;
import io.sallyport.plugins.injection.files.Refusal;
import io.sallyport.plugins.injection.files.RepairBudget;
import io.sallyport.plugins.injection.files.Schedule;
import io.sallyport.plugins.injection.files.StateLock;
import io.sallyport.plugins.injection.files.Step;
import io.sallyport.plugins.injection.files.Watch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Publishes names as marked lines of a hosts file, and of the template that cloud-init makes it
 * from.
 *
 * <p>Injection thread; only the watch has a thread of its own, which reads stamps and nothing else.
 */
final class HostsFileInjector implements HostInjector {
  /** When a file that could not be written is tried again, if nothing happens before. */
  private static final Duration RETRY = Duration.ofSeconds(30);

  private final HostsFileSettings settings;
  private final HostInjectorContext context;
  private final CloudInit cloudInit;
  private final Schedule schedule;
  private final StateLock lock;
  private final InPlace inPlace;
  private final FileCommit commit;
  private final Watch watch;
  private final KeptFile hosts;
  private final Map<Path, KeptFile> templates = new HashMap<>();
  private Optional<Schedule.Handle> watching = Optional.empty();

  HostsFileInjector(
      HostsFileSettings settings,
      HostInjectorContext context,
      CloudInit cloudInit,
      Schedule schedule,
      Step.Trace trace) {
    this.settings = settings;
    this.context = context;
    this.cloudInit = cloudInit;
    this.schedule = schedule;
    this.lock = new StateLock(context.stateDirectory());
    this.inPlace = new InPlace(new Journal(context.stateDirectory(), trace), trace);
    this.commit = new FileCommit(inPlace, new Linux(), trace);
    this.watch = new Watch(context.clock(), context.drift());
    this.hosts = file(settings.path(), Precedence.BEFORE_FOREIGN);
  }

  @Override
  public InjectionReport reconcile(Set<HostBinding> desired) {
    Wishes wishes = Wishes.of(desired);
    watch.hold();
    try {
      return locked(wishes);
    } finally {
      watch.release();
      startWatching();
    }
  }

  @Override
  public List<String> preview(Set<HostBinding> desired) {
    Wishes wishes = Wishes.of(desired);
    List<String> lines = new ArrayList<>();
    try {
      if (inPlace.interrupted()) {
        lines.add("! an interrupted write would be completed first");
      }
    } catch (IOException unreadable) {
      lines.add("! cannot read the state directory: " + Failures.text(unreadable));
    }
    wishes.refused().values().forEach(refusal -> lines.add("! " + refusal.text()));
    lines.addAll(hosts.preview(wishes.all()));
    switch (template()) {
      case CloudInit.Template.At(Path path) ->
          templateFile(path)
              .preview(wishes.all())
              .forEach(line -> lines.add(line + " in cloud-init's " + path));
      case CloudInit.Template.None() -> {}
      case CloudInit.Template.Unclear(String reason) -> lines.add("! " + reason);
    }
    return lines;
  }

  @Override
  public void close() {
    watch.hold();
    watching.ifPresent(Schedule.Handle::close);
    watching = Optional.empty();
  }

  private InjectionReport locked(Wishes wishes) {
    List<String> notes = new ArrayList<>();
    try (StateLock.Held held = lock.acquire().orElse(null)) {
      if (held == null) {
        return refuseAll(
            wishes,
            new Refusal(
                "another process edits " + settings.path() + " and holds " + lock.file(),
                "wait for it, or end it if it hangs"));
      }
      notes.addAll(inPlace.recover());
      return keep(wishes, notes);
    } catch (IOException failed) {
      return refuseAll(
          wishes,
          new Refusal(
              "cannot prepare the edit of " + settings.path() + ": " + Failures.text(failed),
              "let this process write its state directory " + context.stateDirectory()));
    }
  }

  private InjectionReport keep(Wishes wishes, List<String> notes) {
    return switch (hosts.keep(wishes.all())) {
      case Keeping.AsWanted(FileStamp stamp, int changes, List<String> news) -> {
        watch.expect(hosts.path(), Optional.of(stamp));
        notes.addAll(news);
        int more = keepTemplate(wishes, notes);
        yield report(wishes, changes + more, notes, lines -> new Outcome.InPlace());
      }
      case Keeping.Postponed postponed -> {
        watch.expect(hosts.path(), FileStamp.find(hosts.path()));
        watch.remind(postponed.until(), hosts.path() + " may be repaired again");
        notes.add(postponed.refusal().text());
        yield report(
            wishes,
            0,
            notes,
            lines ->
                lines.stream().anyMatch(postponed.missing()::contains)
                    ? refused(postponed.refusal())
                    : new Outcome.InPlace());
      }
      case Keeping.Refused(Refusal refusal) -> {
        notes.addFirst(refusal.text());
        yield refuseAll(wishes, refusal, notes);
      }
    };
  }

  private int keepTemplate(Wishes wishes, List<String> notes) {
    switch (template()) {
      case CloudInit.Template.At(Path path) -> {
        switch (templateFile(path).keep(wishes.all())) {
          case Keeping.AsWanted(FileStamp stamp, int changes, List<String> news) -> {
            watch.expect(path, Optional.of(stamp));
            notes.addAll(news);
            return changes;
          }
          case Keeping.Postponed postponed -> {
            watch.expect(path, FileStamp.find(path));
            watch.remind(postponed.until(), path + " may be repaired again");
            notes.add(postponed.refusal().text());
          }
          case Keeping.Refused(Refusal refusal) -> {
            watch.expect(path, FileStamp.find(path));
            notes.add("cloud-init's template is not kept in step: " + refusal.text());
          }
        }
      }
      case CloudInit.Template.None() -> {}
      case CloudInit.Template.Unclear(String reason) -> notes.add(reason);
    }
    return 0;
  }

  private CloudInit.Template template() {
    return switch (settings.cloudInitTemplate()) {
      case CloudInitTemplate.Off() -> new CloudInit.Template.None();
      case CloudInitTemplate.At(Path path) -> new CloudInit.Template.At(path);
      case CloudInitTemplate.Auto() ->
          // cloud-init writes /etc/hosts, and no other file that somebody may have named.
          settings.path().equals(HostsFileSettings.DEFAULTS.path())
              ? cloudInit.hostsTemplate()
              : new CloudInit.Template.None();
    };
  }

  private InjectionReport refuseAll(Wishes wishes, Refusal refusal) {
    return refuseAll(wishes, refusal, List.of(refusal.text()));
  }

  private InjectionReport refuseAll(Wishes wishes, Refusal refusal, List<String> notes) {
    watch.expect(hosts.path(), FileStamp.find(hosts.path()));
    watch.remind(context.clock().instant().plus(RETRY), hosts.path() + " is tried again");
    return report(
        wishes, 0, notes, lines -> lines.isEmpty() ? new Outcome.InPlace() : refused(refusal));
  }

  private static InjectionReport report(
      Wishes wishes, int changes, List<String> notes, Function<List<OwnLine>, Outcome> outcome) {
    Map<HostBinding, Outcome> outcomes = new HashMap<>();
    wishes.lines().forEach((binding, lines) -> outcomes.put(binding, outcome.apply(lines)));
    wishes.refused().forEach((binding, refusal) -> outcomes.put(binding, refused(refusal)));
    return new InjectionReport(outcomes, changes, String.join("; ", notes));
  }

  private static Outcome refused(Refusal refusal) {
    return new Outcome.Refused(refusal.reason(), refusal.remedy());
  }

  private KeptFile templateFile(Path path) {
    return templates.computeIfAbsent(path, key -> file(key, Precedence.ANYWHERE));
  }

  private KeptFile file(Path path, Precedence precedence) {
    return new KeptFile(
        path,
        Owner.CATALOG,
        precedence,
        commit,
        new RepairBudget(context.clock(), settings.repairsPerMinute()));
  }

  private void startWatching() {
    if (watching.isEmpty() && settings.watchInterval().isPositive()) {
      watching = Optional.of(schedule.every(settings.watchInterval(), watch));
    }
  }
}
