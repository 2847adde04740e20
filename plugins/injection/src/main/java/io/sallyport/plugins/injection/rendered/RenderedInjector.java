package io.sallyport.plugins.injection.rendered;

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
import io.sallyport.plugins.injection.files.Watch;
import io.sallyport.plugins.injection.rendered.OwnedFile.Keeping;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Publishes names as files of our own that another program reads, and tells that program.
 *
 * <p>Injection thread; only the watch has a thread of its own, which reads stamps and nothing else.
 */
final class RenderedInjector implements HostInjector {
  /** When a file that could not be written is tried again, if nothing happens before. */
  private static final Duration RETRY = Duration.ofSeconds(30);

  private final FileSettings settings;
  private final Format format;
  private final HostInjectorContext context;
  private final Schedule schedule;
  private final StateLock lock;
  private final InPlace inPlace;
  private final FileCommit commit;
  private final Watch watch;
  private final Reload reload;
  private final Map<Path, OwnedFile> files = new HashMap<>();
  private Optional<Schedule.Handle> watching = Optional.empty();

  /**
   * Makes one that has not looked at anything yet.
   *
   * @param type the injector's, for the file that remembers that a reload is due
   */
  RenderedInjector(
      String type,
      FileSettings settings,
      Format format,
      HostInjectorContext context,
      Schedule schedule) {
    this.settings = settings;
    this.format = format;
    this.context = context;
    this.schedule = schedule;
    this.lock = new StateLock(context.stateDirectory());
    this.inPlace = new InPlace(new Journal(context.stateDirectory(), step -> {}), step -> {});
    this.commit = new FileCommit(inPlace, new Linux(), step -> {});
    this.watch = new Watch(context.clock(), context.drift());
    this.reload =
        new Reload(
            settings.reload(),
            settings.reloadTimeout(),
            context.stateDirectory().resolve("reload-" + type));
  }

  @Override
  public InjectionReport reconcile(Set<HostBinding> desired) {
    watch.hold();
    try {
      Run run = new Run(desired);
      run.locked();
      // Without the lock: the program may take its time, and others have files to edit.
      reload.run().ifPresent(run::refuseAll);
      return run.report();
    } finally {
      watch.release();
      if (watching.isEmpty() && settings.watchInterval().isPositive()) {
        watching = Optional.of(schedule.every(settings.watchInterval(), watch));
      }
    }
  }

  @Override
  public List<String> preview(Set<HostBinding> desired) {
    List<String> lines = new ArrayList<>();
    Map<Path, Page> pages = format.pages(desired);
    for (Path path : paths(pages)) {
      OwnedFile file = file(path);
      Page page = pages.get(path);
      Optional<Refusal> obstacle = page == null ? Optional.empty() : file.obstacle();
      if (obstacle.isPresent()) {
        lines.add("! " + obstacle.get().text());
        continue;
      }
      List<String> before = file.present(true);
      List<String> after = page == null ? List.of() : page.lines();
      before.stream()
          .filter(line -> !after.contains(line))
          .forEach(line -> lines.add("- " + line + " in " + path));
      after.stream()
          .filter(line -> !before.contains(line))
          .forEach(line -> lines.add("+ " + line + " in " + path));
    }
    return lines;
  }

  @Override
  public void close() {
    watch.hold();
    watching.ifPresent(Schedule.Handle::close);
    watching = Optional.empty();
  }

  private Set<Path> paths(Map<Path, Page> pages) {
    Set<Path> paths = new TreeSet<>(format.places());
    paths.addAll(pages.keySet());
    return paths;
  }

  private OwnedFile file(Path path) {
    return files.computeIfAbsent(
        path,
        key ->
            new OwnedFile(
                key, commit, new RepairBudget(context.clock(), settings.repairsPerMinute())));
  }

  /** One reconciliation. */
  private final class Run {
    private final Set<HostBinding> desired;
    private final Map<HostBinding, Outcome> outcomes = new HashMap<>();
    private final List<String> notes = new ArrayList<>();
    private int changes;

    Run(Set<HostBinding> desired) {
      this.desired = desired;
      desired.forEach(binding -> outcomes.put(binding, new Outcome.InPlace()));
    }

    void locked() {
      try (StateLock.Held held = lock.acquire().orElse(null)) {
        if (held == null) {
          refuseAll(
              new Refusal(
                  "another process edits files and holds " + lock.file(),
                  "wait for it, or end it if it hangs"));
          return;
        }
        notes.addAll(inPlace.recover());
        keep();
      } catch (IOException failed) {
        refuseAll(
            new Refusal(
                "cannot prepare the edit of files: " + Failures.text(failed),
                "let this process write its state directory " + context.stateDirectory()));
      }
    }

    private void keep() {
      Map<Path, Page> pages = format.pages(desired);
      for (Path path : paths(pages)) {
        Page page = pages.get(path);
        if (page == null) {
          took(path, Set.of(), file(path).remove(reload::prepare));
          format.removed(path);
          files.remove(path);
        } else {
          took(path, page.bindings(), file(path).keep(page.lines(), reload::prepare));
        }
      }
    }

    private void took(Path path, Set<HostBinding> bindings, Keeping keeping) {
      switch (keeping) {
        case Keeping.AsWanted(int made, List<String> news) -> {
          changes += made;
          notes.addAll(news);
        }
        case Keeping.Postponed(Refusal refusal, var until) -> {
          watch.remind(until, path + " may be repaired again");
          refuse(bindings, refusal);
        }
        case Keeping.Refused(Refusal refusal) -> {
          watch.remind(context.clock().instant().plus(RETRY), path + " is tried again");
          refuse(bindings, refusal);
        }
      }
      watch.expect(path, FileStamp.find(path));
    }

    private void refuse(Set<HostBinding> bindings, Refusal refusal) {
      notes.add(refusal.text());
      for (HostBinding binding : bindings) {
        outcomes.put(binding, new Outcome.Refused(refusal.reason(), refusal.remedy()));
      }
    }

    void refuseAll(Refusal refusal) {
      watch.remind(context.clock().instant().plus(RETRY), "what failed is tried again");
      notes.add(refusal.text());
      for (HostBinding binding : desired) {
        if (!binding.names().isEmpty() && outcomes.get(binding) instanceof Outcome.InPlace) {
          outcomes.put(binding, new Outcome.Refused(refusal.reason(), refusal.remedy()));
        }
      }
    }

    InjectionReport report() {
      return new InjectionReport(outcomes, changes, String.join("; ", notes));
    }
  }
}
