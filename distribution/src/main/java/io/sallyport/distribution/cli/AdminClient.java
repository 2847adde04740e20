package io.sallyport.distribution.cli;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.distribution.admin.AdminServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Asks an agent's admin port. */
final class AdminClient {
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration ANSWER = Duration.ofSeconds(10);

  private final String authority;

  AdminClient(InetSocketAddress address) {
    authority = Addresses.text(address.getAddress(), address.getPort());
  }

  /** What came of asking. */
  sealed interface Answer {
    /** The agent answered with what was asked for. */
    record Page(String body) implements Answer {}

    /** It did not; why, in words for the user. */
    record None(String reason) implements Answer {}
  }

  /** Asks for a page; blocks for some seconds at most. */
  Answer get(String path) {
    return ask("GET", path);
  }

  /** Says something; blocks for some seconds at most. */
  Answer post(String path) {
    return ask("POST", path);
  }

  private Answer ask(String method, String path) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create("http://" + authority + path).toURL().openConnection(Proxy.NO_PROXY);
      connection.setConnectTimeout(Math.toIntExact(CONNECT.toMillis()));
      connection.setReadTimeout(Math.toIntExact(ANSWER.toMillis()));
      connection.setRequestMethod(method);
      connection.setRequestProperty("Connection", "close");
      connection.setRequestProperty(AdminServer.COMMAND_HEADER, method);
      int code = connection.getResponseCode();
      if (code != HttpURLConnection.HTTP_OK) {
        String said = text(connection.getErrorStream()).strip();
        return none("answers " + code + (said.isEmpty() ? "" : ": " + said));
      }
      return new Answer.Page(text(connection.getInputStream()));
    } catch (ConnectException refused) {
      return new Answer.None(
          "no agent answers at "
              + authority
              + " ("
              + refused.getMessage()
              + "): is one running (sallyport run), and is its admin port elsewhere? Name it with"
              + " --admin ADDRESS:PORT");
    } catch (SocketTimeoutException slow) {
      return none("does not answer in time");
    } catch (IOException fault) {
      return none("cannot be asked: " + fault.getMessage());
    }
  }

  private Answer none(String what) {
    return new Answer.None("the agent at " + authority + " " + what);
  }

  private static String text(@Nullable InputStream in) throws IOException {
    if (in == null) {
      return "";
    }
    try (in) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
