package io.sallyport.testkit;

import io.sallyport.api.balancing.Candidate;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An endpoint that is what a test says it is. Any thread.
 *
 * @since 0.1
 */
public final class FakeCandidate implements Candidate {
  private final String name;
  private final int weight;
  private final AtomicInteger sessions = new AtomicInteger();
  private final AtomicLong connectNanos = new AtomicLong();

  /** Of weight 1. */
  public FakeCandidate(String name) {
    this(name, 1);
  }

  /** Of a weight. */
  public FakeCandidate(String name, int weight) {
    this.name = name;
    this.weight = weight;
  }

  /** Has so many sessions from now on. */
  public void sessions(int now) {
    sessions.set(now);
  }

  /** Takes so long to connect to from now on. */
  public void connectNanos(long now) {
    connectNanos.set(now);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int weight() {
    return weight;
  }

  @Override
  public int activeSessions() {
    return sessions.get();
  }

  @Override
  public long connectNanos() {
    return connectNanos.get();
  }

  @Override
  public String toString() {
    return name;
  }
}
