package io.sallyport.plugins.balancing;

import io.sallyport.api.balancing.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A candidate whose sessions and times a test sets. */
public final class Server implements Candidate {
  private final String name;
  private final int weight;
  private final AtomicInteger sessions = new AtomicInteger();
  private volatile long connectNanos;

  public Server(String name, int weight) {
    this.name = name;
    this.weight = weight;
  }

  /** Servers {@code e0}, {@code e1} and so on with these weights. */
  public static List<Server> weighing(int... weights) {
    List<Server> servers = new ArrayList<>();
    for (int weight : weights) {
      servers.add(new Server("e" + servers.size(), weight));
    }
    return servers;
  }

  /** So many servers of weight 1. */
  public static List<Server> alike(int count) {
    List<Server> servers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      servers.add(new Server("e" + i, 1));
    }
    return servers;
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
    return connectNanos;
  }

  public void opened() {
    sessions.incrementAndGet();
  }

  public void closed() {
    sessions.decrementAndGet();
  }

  public Server busy(int count) {
    sessions.set(count);
    return this;
  }

  public Server away(long nanos) {
    connectNanos = nanos;
    return this;
  }
}
