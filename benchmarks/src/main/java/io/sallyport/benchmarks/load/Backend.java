package io.sallyport.benchmarks.load;

import io.sallyport.benchmarks.process.Daemon;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** nginx with one small static answer, on several addresses. */
public final class Backend implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(5);

  private final Daemon nginx;

  private Backend(Daemon nginx) {
    this.nginx = nginx;
  }

  /**
   * Starts it and waits until it answers.
   *
   * @param program nginx
   * @param directory for its files
   */
  public static Backend start(Path program, Path directory, List<InetSocketAddress> addresses) {
    StringBuilder listens = new StringBuilder();
    for (InetSocketAddress address : addresses) {
      listens
          .append("    listen ")
          .append(address.getAddress().getHostAddress())
          .append(':')
          .append(address.getPort())
          .append(" reuseport backlog=4096;\n");
    }
    String configuration =
        """
        daemon off;
        worker_processes auto;
        worker_rlimit_nofile 20000;
        pid nginx.pid;
        error_log stderr crit;
        events { worker_connections 9000; }
        http {
          access_log off;
          keepalive_timeout 1h;
          keepalive_requests 1000000000;
          client_header_timeout 1h;
          client_body_temp_path body;
          proxy_temp_path proxy;
          fastcgi_temp_path fastcgi;
          uwsgi_temp_path uwsgi;
          scgi_temp_path scgi;
          server {
        %s    location / { return 200 "sallyport\\n"; }
          }
        }
        """
            .formatted(listens);
    try {
      Path file = Files.writeString(directory.resolve("nginx.conf"), configuration);
      Daemon daemon =
          Daemon.start(
              List.of(
                  program.toString(), "-p", directory + "/", "-e", "stderr", "-c", file.toString()),
              directory.resolve("nginx.log"));
      Backend backend = new Backend(daemon);
      for (InetSocketAddress address : addresses) {
        Probe.awaitAnswer(address, START, daemon::alive, daemon::tail);
      }
      return backend;
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  @Override
  public void close() {
    nginx.close();
  }
}
