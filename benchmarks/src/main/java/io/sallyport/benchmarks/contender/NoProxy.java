package io.sallyport.benchmarks.contender;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/** The client connects to the first endpoint itself: what the machine can do at most. */
public record NoProxy() implements Contender {
  @Override
  public String id() {
    return "no-proxy";
  }

  @Override
  public String title() {
    return "no proxy";
  }

  @Override
  public String settings() {
    return "clients connect to the first endpoint themselves";
  }

  @Override
  public boolean proxies() {
    return false;
  }

  @Override
  public Lane start(Path directory, List<Route> routes) {
    return new Straight();
  }

  private static final class Straight implements Lane {
    @Override
    public InetSocketAddress entry(Route route) {
      return route.endpoints().getFirst();
    }

    @Override
    public long pid() {
      return 0;
    }

    @Override
    public void rewrite(List<Route> routes) {
      throw new UnsupportedOperationException("there is no proxy to configure");
    }

    @Override
    public void reload() {
      throw new UnsupportedOperationException("there is no proxy to reload");
    }

    @Override
    public boolean alive() {
      return true;
    }

    @Override
    public String tail() {
      return "";
    }

    @Override
    public void close() {}
  }
}
