package io.sallyport.distribution.acceptance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the node's programs ask for all the time: probes each quarter second, and pulls. */
public final class Traffic {
  private static final Duration PROBES = Duration.ofMillis(250);
  private static final Duration PULLS = Duration.ofSeconds(5);

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

  /** Counts what begins from now on under a name without spaces. */
  public void phase(String name) {
    phases.add(name);
    prober.phase(name);
    puller.phase(name);
  }

  /**
   * Does something between probes, and begins a phase with it. No proxy can save a session whose
   * server is killed in the midst of it; what is asked of a node is that no new one suffers.
   */
  public void between(String phase, Runnable change) {
    prober.pause();
    puller.pause();
    try {
      phase(phase);
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
