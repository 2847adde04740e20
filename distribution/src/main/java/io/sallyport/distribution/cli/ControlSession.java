package io.sallyport.distribution.cli;

import io.sallyport.api.catalog.Revision;
import io.sallyport.control.operate.client.ClientSettings;
import io.sallyport.control.operate.client.ControlAddress;
import io.sallyport.control.operate.client.OperationsClient;
import io.sallyport.control.operate.client.OperationsException;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.v1.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A command's connection to a control plane. Like everything that names a class of the control
 * plane's module, it is touched only when such a command runs: for the others that module is not
 * there.
 */
final class ControlSession {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int BAD_INPUT = 2;
  private static final Duration DEADLINE = Duration.ofMinutes(2);
  private static final Pattern REVISION = Pattern.compile("(?:(\\d{1,18})\\.)?(\\d{1,18})");

  private ControlSession() {}

  /** Connects, does something, and tells why it cannot be done. */
  static int with(
      ControlSettings settings, Terminal terminal, ToIntFunction<OperationsClient> command) {
    List<ControlAddress> addresses = new ArrayList<>();
    for (String written : settings.addresses()) {
      Optional<ControlAddress> address = ControlAddress.parse(written.strip());
      if (address.isEmpty()) {
        terminal.wrong(
            "\""
                + written
                + "\" is no address of a control plane; write one such as control.example:9430");
        return BAD_INPUT;
      }
      addresses.add(address.get());
    }
    ClientSettings client =
        new ClientSettings(addresses, security(settings), settings.token(), DEADLINE);
    try (OperationsClient connected = OperationsClient.connect(client)) {
      return command.applyAsInt(connected);
    } catch (BadRevision bad) {
      terminal.wrong(String.valueOf(bad.getMessage()));
      return BAD_INPUT;
    } catch (OperationsException failed) {
      terminal.wrong(String.valueOf(failed.getMessage()));
      return FAILED;
    } finally {
      terminal.out().flush();
      terminal.err().flush();
    }
  }

  /** Whether somebody who writes this means a revision. */
  static boolean isRevision(String text) {
    return REVISION.matcher(text).matches();
  }

  /** What {@code 1764000000.12} means, or {@code 12} in the newest epoch. */
  static Revision revision(OperationsClient client, String text) {
    Matcher matcher = REVISION.matcher(text);
    if (!matcher.matches()) {
      throw new BadRevision(text);
    }
    long number = Long.parseLong(matcher.group(2));
    return matcher.group(1) == null
        ? new Revision(newest(client).epoch(), number)
        : new Revision(Long.parseLong(matcher.group(1)), number);
  }

  private static Revision newest(OperationsClient client) {
    List<Change> newest = client.history(Revision.NONE, 1);
    return newest.isEmpty() ? Revision.NONE : Revisions.of(newest.getFirst().getRevision());
  }

  private static ClientSettings.Security security(ControlSettings settings) {
    if (settings.insecure()) {
      return new ClientSettings.Security.Insecure();
    }
    Optional<ClientSettings.Identity> identity =
        settings
            .certificate()
            .flatMap(certificate ->
                settings.key().map(key -> new ClientSettings.Identity(certificate, key)));
    return new ClientSettings.Security.Tls(settings.authorities(), identity);
  }

  /** What somebody wrote is no revision. */
  private static final class BadRevision extends RuntimeException {
    private static final long serialVersionUID = 1;

    BadRevision(String text) {
      super(
          "\""
              + text
              + "\" is no revision; write one such as 1764000000.12, or 12; sallyport catalog"
              + " history lists them");
    }
  }
}
