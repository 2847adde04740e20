package io.sallyport.control.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the streams what they are to have: in good time, each once for a catalog, and those that
 * are selected alike one after the other. So each snapshot is cut once, however many different ones
 * there are, and the same bytes go to all that have the same way to it. Only the loop touches it.
 */
final class Spreading {
  private static final Logger log = LoggerFactory.getLogger(Spreading.class);

  private final Dispatch dispatch;
  private final Set<AgentStream> streams;
  private final Transitions transitions;
  private final Debounce debounce;
  private Optional<Targets> targets = Optional.empty();
  private Optional<Targets> next = Optional.empty();
  private boolean nextScheduled;
  private int lagging;
  private long changedNanos;
  private boolean measuring;
  private boolean lagged;

  /**
   * Knows of no catalog.
   *
   * @param streams those that there are, whenever something is to be spread
   */
  Spreading(Dispatch dispatch, Set<AgentStream> streams, Transitions transitions) {
    this.dispatch = dispatch;
    this.streams = streams;
    this.transitions = transitions;
    this.debounce =
        new Debounce(dispatch.settings().debounceLeast(), dispatch.settings().debounceMost());
  }

  /** The fleet is to have something else. */
  void retarget(Targets to) {
    if (targets.isPresent()
        && to.newest().revision().compareTo(targets.get().newest().revision()) < 0) {
      log.atWarn()
          .addKeyValue("revision", to.newest().revision())
          .log("the store tells of an older revision; the newer one stays");
      return;
    }
    long now = dispatch.now();
    if (!measuring) {
      measuring = true;
      changedNanos = now;
    }
    next = Optional.of(to);
    boolean onlyEndpoints = targets.isPresent() && to.onlyEndpointsDifferFrom(targets.get());
    long delay = targets.isEmpty() ? 0 : debounce.delay(now, onlyEndpoints);
    if (delay == 0) {
      send(to, onlyEndpoints);
    } else if (!nextScheduled) {
      nextScheduled = true;
      dispatch.later(
          delay,
          () -> {
            nextScheduled = false;
            next.ifPresent(newest -> send(newest, false));
          });
    }
  }

  private void send(Targets newest, boolean onlyEndpoints) {
    targets = Optional.of(newest);
    next = Optional.empty();
    debounce.sent(dispatch.now(), onlyEndpoints);
    transitions.forget();
    selected(newest).forEach(this::send);
    lagged |= lagging > 0;
    measure();
  }

  private Map<Selection, List<AgentStream>> selected(Targets newest) {
    Map<Selection, List<AgentStream>> selected = new LinkedHashMap<>();
    for (AgentStream stream : List.copyOf(streams)) {
      stream.attempt(() -> {
        if (stream.attached()) {
          newest
              .of(stream.identity(), stream.sent())
              .ifPresentOrElse(
                  alike -> selected.computeIfAbsent(alike, _ -> new ArrayList<>()).add(stream),
                  () -> stream.stale(newest.newest().revision()));
        }
      });
    }
    return selected;
  }

  private void send(Selection selection, List<AgentStream> alike) {
    Snapshot snapshot;
    try {
      snapshot = selection.snapshot();
    } catch (RuntimeException fault) {
      alike.forEach(stream -> stream.failed(fault));
      return;
    }
    for (AgentStream stream : alike) {
      stream.attempt(() -> {
        stream.aim(snapshot);
        // Behind it: what aims may count down.
        lagging += stream.lags() ? 1 : 0;
      });
    }
  }

  /** Tells a stream that has come what it is to have, if that is known. */
  void aim(AgentStream stream) {
    targets.ifPresent(now ->
        now.of(stream.identity(), stream.sent())
            .ifPresentOrElse(
                selection -> stream.aim(selection.snapshot()),
                () -> stream.stale(now.newest().revision())));
  }

  /** An agent that lagged has what it is to have. */
  void caughtUp() {
    lagging--;
    measure();
  }

  private void measure() {
    if (measuring && lagging == 0 && next.isEmpty()) {
      measuring = false;
      if (lagged) {
        lagged = false;
        dispatch.metrics().spread.update(dispatch.now() - changedNanos, TimeUnit.NANOSECONDS);
      }
    }
  }
}
