package io.sallyport.distribution.acceptance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the node's programs ask for all the time: probes each quarter second, and pulls. */
public final class Traffic {
  private static final Duration PROBES = Duration.ofMillis(250);
  private static final Duration PULLS = Duration.ofSeconds(5);
  private static final Duration PROBED = Duration.ofSeconds(60);

  private final Prober prober;
  private final Puller puller;
  private final List<String> phases = new ArrayList<>();

  private Traffic(Prober prober, Puller puller) {
    this.prober = prober;
    this.puller = puller;
  }

  static Traffic start(Lab lab) throws Exception {
    return start(lab, lab.node());
  }

  /** Starts it on a node. */
  public static Traffic start(Lab lab, Namespace node) throws Exception {
    return new Traffic(Prober.start(lab, node, PROBES), Puller.start(lab, node, PULLS));
  }

  /**
   * Counts what begins from now on under a name without spaces, once a probe of the phase before it
   * has ended: of a phase in which the prober came to nothing, nothing could be told.
   */
  public void phase(String name) {
    probed();
    begin(name);
  }

  private void begin(String name) {
    phases.add(name);
    prober.phase(name);
    puller.phase(name);
  }

  /** Waits until a probe of the phase that goes on has ended. */
  public void probed() {
    if (!phases.isEmpty()) {
      String last = phases.getLast();
      Until.holds("probed during " + last, PROBED, () -> "", () -> !probes(last).isEmpty());
    }
  }

  /**
   * Does something between probes, and begins a phase with it. No proxy can save a session whose
   * server is killed in the midst of it; what is asked of a node is that no new one suffers.
   */
  public void between(String phase, Runnable change) {
    probed();
    prober.pause();
    puller.pause();
    try {
      begin(phase);
      change.run();
    } finally {
      puller.resume();
      prober.resume();
    }
  }

  /** Ends the traffic: nothing is under way any more. */
  public void end() {
    prober.pause();
    puller.pause();
    puller.resume();
    puller.close();
    prober.close();
  }

  /** The phases in the order in which they began. */
  public List<String> phases() {
    return List.copyOf(phases);
  }

  /** All probes of a phase that have ended. */
  public List<Probe> probes(String phase) {
    return prober.probes().stream().filter(probe -> probe.phase().equals(phase)).toList();
  }

  /** All pulls of a phase that have ended. */
  public List<Probe> pulls(String phase) {
    return puller.pulls().stream().filter(pull -> pull.phase().equals(phase)).toList();
  }
}
