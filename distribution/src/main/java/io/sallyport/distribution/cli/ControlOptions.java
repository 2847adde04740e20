package io.sallyport.distribution.cli;

import io.sallyport.api.config.Problems;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/**
 * The options that say how to reach a control plane. Each may be in the client's file instead.
 *
 * @since 0.1
 */
public final class ControlOptions {
  private static final int BAD_INPUT = 2;

  @Option(
      names = "--control",
      paramLabel = "ADDRESS:PORT",
      split = ",",
      description = "the control plane; several are tried in turn; also SALLYPORT_CONTROL")
  private List<String> control = new ArrayList<>();

  @Option(
      names = "--certificate",
      paramLabel = "FILE",
      description = "your certificate, in PEM; needs --key")
  private @Nullable Path certificate;

  @Option(names = "--key", paramLabel = "FILE", description = "its key, in PEM")
  private @Nullable Path key;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "the authority of the control plane's certificate, in PEM")
  private @Nullable Path ca;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "holds a token that says who you are, where no certificate does")
  private @Nullable Path tokenFile;

  @Option(names = "--insecure", description = "without TLS; only to this machine's loopback")
  private boolean insecure;

  @Option(
      names = "--client",
      paramLabel = "FILE",
      description =
          "holds these options; default: SALLYPORT_CLIENT, or ~/.config/sallyport/client.conf")
  private @Nullable Path client;

  @Option(names = "--json", description = "tell it in JSON, on standard output")
  private boolean json;

  /** For picocli. */
  public ControlOptions() {}

  /** Whether to tell it in JSON. */
  boolean json() {
    return json;
  }

  /** How to reach it; empty when that cannot be, which has been told. */
  Optional<ControlSettings> settings(CommandLine line) {
    return settings(line.getErr(), System.getenv(), Path.of(System.getProperty("user.home", "/")));
  }

  /** The exit code where there are no settings. */
  static int refused() {
    return BAD_INPUT;
  }

  Optional<ControlSettings> settings(PrintWriter err, Map<String, String> environment, Path home) {
    Problems problems = new Problems();
    ControlFile file = ControlFile.read(Optional.ofNullable(client), environment, home, problems);
    problems.all().forEach(problem -> err.println(problem.text()));
    if (problems.refuse()) {
      err.println("sallyport: the client's file was refused");
      return Optional.empty();
    }
    List<String> wrong = new ArrayList<>();
    List<String> addresses = addresses(environment, file);
    if (addresses.isEmpty()) {
      wrong.add(
          "where is the control plane? Name it with --control ADDRESS:PORT, SALLYPORT_CONTROL, or"
              + " control in the client's file");
    }
    boolean plain = insecure || file.insecure();
    Optional<Path> own = Optional.ofNullable(certificate).or(file::certificate);
    Optional<Path> ownKey = Optional.ofNullable(key).or(file::key);
    if (own.isPresent() != ownKey.isPresent()) {
      wrong.add(
          own.isPresent() ? "--certificate needs its --key" : "--key needs its --certificate");
    }
    if (insecure && (certificate != null || ca != null)) {
      wrong.add("--insecure is without TLS, and --certificate and --ca are for it: leave one out");
    }
    Optional<String> token =
        Optional.ofNullable(tokenFile).or(file::tokenFile).flatMap(path -> token(path, wrong));
    if (!wrong.isEmpty()) {
      wrong.forEach(problem -> err.println("sallyport: " + problem));
      return Optional.empty();
    }
    return Optional.of(
        new ControlSettings(
            addresses, own, ownKey, Optional.ofNullable(ca).or(file::ca), token, plain));
  }

  private List<String> addresses(Map<String, String> environment, ControlFile file) {
    if (!control.isEmpty()) {
      return control;
    }
    String said = environment.getOrDefault("SALLYPORT_CONTROL", "");
    return said.isEmpty() ? file.control() : List.of(said.split(",", -1));
  }

  private static Optional<String> token(Path path, List<String> wrong) {
    try {
      String token = Files.readString(path).strip();
      if (!token.isEmpty() && token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
        return Optional.of(token);
      }
      wrong.add(path + " holds no token: one line of printable ASCII, without blanks");
    } catch (IOException fault) {
      wrong.add("the token in " + path + " cannot be read: " + fault.getClass().getSimpleName());
    }
    return Optional.empty();
  }
}
