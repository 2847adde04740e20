package io.sallyport.distribution.fleet;

import io.sallyport.distribution.acceptance.Daemon;
import io.sallyport.distribution.acceptance.Until;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** An etcd of one member, that may be ended and started again on the same data. */
final class EtcdProcess implements AutoCloseable {
  private static final Duration READY = Duration.ofSeconds(60);
  private static final int CLIENTS = 2379;
  private static final int PEERS = 2380;

  private final String address;
  private final Path directory;
  private Daemon process;

  private EtcdProcess(String address, Path directory) {
    this.address = address;
    this.directory = directory;
    this.process = run();
  }

  /** Starts it on an address of its own, and waits until it is healthy. */
  static EtcdProcess start(String address, Path directory) {
    EtcdProcess made = new EtcdProcess(address, directory);
    made.awaitHealth();
    return made;
  }

  /** Where its clients connect to. */
  String url() {
    return "http://" + address + ":" + CLIENTS;
  }

  /** Ends it as a crash would. */
  void kill() {
    process.kill();
  }

  /** Stops it in good order. */
  void terminate() {
    process.terminate(READY);
  }

  /** Starts it on the data that it left. */
  void startAgain() {
    process = run();
    awaitHealth();
  }

  @Override
  public void close() {
    kill();
  }

  private Daemon run() {
    String peers = "http://" + address + ":" + PEERS;
    return Daemon.start(
        List.of(
            "etcd",
            "--name=only",
            "--data-dir=" + directory.resolve("etcd-data"),
            "--listen-client-urls=" + url(),
            "--advertise-client-urls=" + url(),
            "--listen-peer-urls=" + peers,
            "--initial-advertise-peer-urls=" + peers,
            "--initial-cluster=only=" + peers,
            "--logger=zap"),
        Map.of("ETCD_UNSUPPORTED_ARCH", "arm64"),
        directory.resolve("etcd.log"));
  }

  private void awaitHealth() {
    Until.holds(
        "etcd healthy", READY, process::tail, () -> Place.here().answers(url() + "/health"));
  }
}
