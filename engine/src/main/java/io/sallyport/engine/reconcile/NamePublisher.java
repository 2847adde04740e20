package io.sallyport.engine.reconcile;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.injection.HostBinding;
import io.sallyport.api.injection.InjectionPhase;
import io.sallyport.engine.control.ControlLoop;
import io.sallyport.engine.inject.Injection;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Tells the injectors whose names should be out, and remembers it on disk. Names that become ready
 * together are told together. Control loop only.
 */
final class NamePublisher {
  private static final Duration GATHERING = Duration.ofMillis(5);

  /**
   * Where thousands of services come up one by one, telling about all of them takes time, which is
   * the control loop's: it gathers for so many times as long as the last time took.
   */
  private static final int SHARE = 9;

  private final ControlLoop loop;
  private final Roster roster;
  private final Injection injection;
  private final PublishedServices memory;
  private final Runnable told;
  private Map<String, String> remembered;
  private Duration pause = GATHERING;
  private boolean due;
  private boolean ended;

  /**
   * Makes a publisher that has told nothing.
   *
   * @param told called after the injectors were told, in a task of its own
   */
  NamePublisher(
      ControlLoop loop,
      Roster roster,
      Injection injection,
      PublishedServices memory,
      Runnable told) {
    this.loop = loop;
    this.roster = roster;
    this.injection = injection;
    this.memory = memory;
    this.remembered = memory.read();
    this.told = told;
  }

  /** Publishes soon, once for all who ask meanwhile. */
  void soon() {
    if (!due) {
      due = true;
      loop.schedule(
          pause,
          () -> {
            due = false;
            if (!ended) {
              publish();
            }
          });
    }
  }

  /** Publishes no more, once it has told what it still owed; what is out stays out. */
  void end() {
    if (due && !ended) {
      publish();
    }
    ended = true;
  }

  /**
   * Publishes at once, for the last time.
   *
   * @return the generation of this word; see {@link Injection#heard}
   */
  long endWith() {
    ended = true;
    return publish();
  }

  private long publish() {
    long begun = loop.nanos();
    Set<HostBinding> bindings = new LinkedHashSet<>();
    Map<String, String> services = new HashMap<>();
    for (ServiceRuntime runtime : roster.named()) {
      bindings.add(runtime.binding());
      services.put(runtime.service().id(), Addresses.text(runtime.service().address()));
    }
    long generation = injection.want(InjectionPhase.NAME, bindings);
    for (ServiceRuntime runtime : roster.leaving()) {
      runtime.withdrawnBy(generation);
    }
    if (!services.equals(remembered)) {
      remembered = services;
      memory.write(services);
    }
    loop.execute(told);
    Duration share = Duration.ofNanos(loop.nanos() - begun).multipliedBy(SHARE);
    pause = share.compareTo(GATHERING) > 0 ? share : GATHERING;
    return generation;
  }
}
