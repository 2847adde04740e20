package io.sallyport.distribution.acceptance;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Pulls the image by its public name every few seconds, TLS verified, as a container runtime would;
 * the two ports in turn.
 */
public final class Puller implements AutoCloseable {
  private final Lab lab;
  private final Namespace node;
  private final List<Probe> pulls = new CopyOnWriteArrayList<>();
  private final ReentrantLock pulling = new ReentrantLock();
  private final ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
  private volatile String phase = "start";
  private long count;

  private Puller(Lab lab, Namespace node) {
    this.lab = lab;
    this.node = node;
  }

  static Puller start(Lab lab, Duration interval) {
    return start(lab, lab.node(), interval);
  }

  /** Pulls on a node now and then. */
  public static Puller start(Lab lab, Namespace node, Duration interval) {
    Puller puller = lab.opened(new Puller(lab, node));
    puller.pace.scheduleWithFixedDelay(
        puller::next, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    return puller;
  }

  /** What the pulls that start from now on are counted under. */
  void phase(String name) {
    phase = name;
  }

  /** Starts no more pulls and returns once none is under way; the same thread must resume. */
  void pause() {
    pulling.lock();
  }

  void resume() {
    pulling.unlock();
  }

  /** What has ended so far. */
  List<Probe> pulls() {
    return List.copyOf(pulls);
  }

  /** One pull, at once. */
  public Probe pull(String during, int port) {
    Path into = lab.directory().resolve(node.name() + "-pulled-" + System.nanoTime());
    long start = System.nanoTime();
    Command command =
        node.attempt(
            "skopeo",
            "copy",
            "--insecure-policy",
            "--src-cert-dir",
            lab.authority().getParent().toString(),
            "docker://icr.io" + (port == 443 ? "" : ":" + port) + "/" + Lab.IMAGE,
            "dir:" + into);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    return new Probe(during, "pull", port, took, "", command.code() == 0 ? "" : command.text());
  }

  @Override
  public void close() {
    pace.shutdownNow();
  }

  private void next() {
    pulling.lock();
    try {
      pulls.add(pull(phase, count++ % 2 == 0 ? 443 : 4443));
    } finally {
      pulling.unlock();
    }
  }
}
