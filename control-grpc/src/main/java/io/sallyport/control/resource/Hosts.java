package io.sallyport.control.resource;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/**
 * Which hosts can be connected to. gRPC throws for others: those whose names a URI cannot hold,
 * with underscores among them. Any thread.
 *
 * @since 0.1
 */
public final class Hosts {
  private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";

  /** A name that is all digits and dots would be another way to write an address. */
  private static final Pattern NAME =
      Pattern.compile("(?=.{1,253}$)(?=.*[A-Za-z])" + LABEL + "(?:\\." + LABEL + ")*\\.?");

  private static final Pattern IPV4 =
      Pattern.compile("(?:(?:0|[1-9]\\d?|1\\d\\d|2[0-4]\\d|25[0-5])(?:\\.(?!$)|$)){4}");
  private static final Pattern IPV6 =
      Pattern.compile("[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(?:%[A-Za-z0-9._-]{1,64})?");

  private Hosts() {}

  /** Whether it is a host's name, or an address without brackets, that gRPC takes. */
  public static boolean connectable(String host) {
    return (NAME.matcher(host).matches()
            || IPV4.matcher(host).matches()
            || IPV6.matcher(host).matches())
        && inUri(host);
  }

  /** As gRPC asks. */
  private static boolean inUri(String host) {
    try {
      return new URI(null, null, host, 1, null, null, null).getHost() != null;
    } catch (URISyntaxException odd) {
      return false;
    }
  }
}
