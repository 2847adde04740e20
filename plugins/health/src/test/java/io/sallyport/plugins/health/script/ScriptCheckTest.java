package io.sallyport.plugins.health.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.health.ProbeTls.Verification;
import io.sallyport.plugins.health.Openssl;
import io.sallyport.plugins.health.Peer;
import io.sallyport.plugins.health.Probing;
import io.sallyport.plugins.health.Talker;
import io.sallyport.plugins.health.script.ScriptStep.Connect;
import io.sallyport.plugins.health.script.ScriptStep.Expect;
import io.sallyport.plugins.health.script.ScriptStep.Place;
import io.sallyport.plugins.health.script.ScriptStep.Send;
import io.sallyport.plugins.health.script.ScriptStep.SendHex;
import io.sallyport.plugins.health.tls.TlsSettings;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ScriptCheckTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path directory;
  private final Probing probing = new Probing();

  @AfterEach
  void close() {
    probing.close();
  }

  private CheckResult run(InetSocketAddress address, Duration timeout, ScriptStep... steps) {
    ScriptSettings settings = new ScriptSettings(List.of(steps), 16_384);
    return probing.probe(new ScriptCheckFactory(), settings, address, timeout);
  }

  private CheckResult run(Talker peer, ScriptStep... steps) {
    return run(peer.address(), LONG, steps);
  }

  private static ScriptStep send(String text) {
    return new Send(text, Optional.empty());
  }

  private static ScriptStep step(String key, String value, int least, String comment) {
    return new Expect(
        when(key, "expect", value),
        when(key, "expect-hex", value),
        when(key, "expect-regex", value),
        when(key, "expect-hex-regex", value),
        when(key, "reject", value),
        when(key, "reject-hex", value),
        when(key, "reject-regex", value),
        when(key, "reject-hex-regex", value),
        least == 0 ? OptionalInt.empty() : OptionalInt.of(least),
        Optional.ofNullable(comment));
  }

  private static ScriptStep step(String key, String value) {
    return step(key, value, 0, null);
  }

  private static Optional<String> when(String key, String wanted, String value) {
    return key.equals(wanted) ? Optional.of(value) : Optional.empty();
  }

  private static ScriptStep connect(int port, TlsSettings tls) {
    return new Connect(
        new Place(port == 0 ? OptionalInt.empty() : OptionalInt.of(port), Optional.ofNullable(tls)),
        Optional.empty());
  }

  /** Speaks as Redis does, as far as the checks in everybody's books need it. */
  private static Talker redis() throws Exception {
    return Talker.with((in, out) -> {
      for (String line = line(in); !line.isEmpty(); line = line(in)) {
        String answer =
            switch (line) {
              case "PING" -> "+PONG\r\n";
              case "info replication" -> "$80\r\n# Replication\r\nrole:master\r\n";
              case "QUIT" -> "+OK\r\n";
              default -> "-ERR unknown\r\n";
            };
        out.write(answer.getBytes(StandardCharsets.UTF_8));
      }
    });
  }

  private static String line(InputStream in) throws java.io.IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString().strip();
  }

  @Test
  void sendsAndExpectsInTurn() throws Exception {
    try (Talker redis = redis()) {
      CheckResult result =
          run(
              redis,
              send("PING\r\n"),
              step("expect", "+PONG"),
              send("info replication\r\n"),
              step("expect-regex", "role:(master|slave)"),
              step("reject", "-ERR", 10, null),
              new SendHex("515549540d0a", Optional.empty()),
              step("expect-hex", "2b4f4b"),
              step("expect-hex-regex", "^2B4F4B(0D)?0A$"));

      assertThat(result.status()).isEqualTo(CheckStatus.LAYER7_PASSED);
      assertThat(result.info()).isEmpty();
    }
  }

  @Test
  void disappointmentsAreToldInHaproxysWords() throws Exception {
    try (Talker mail = Talker.saying("554 go away\r\n")) {
      CheckResult text = run(mail, step("expect", "220 "));
      assertThat(text.status()).isEqualTo(CheckStatus.LAYER7_INVALID_RESPONSE);
      assertThat(text.info()).isEqualTo("TCPCHK did not match content '220 ' at step 1");
      assertThat(run(mail, connect(0, null), step("expect-regex", "^220", 0, "banner")).info())
          .isEqualTo("TCPCHK did not match content (regex) at step 2 comment: 'banner'");
      assertThat(run(mail, step("expect-hex", "3232")).info())
          .isEqualTo("TCPCHK did not match content (binary) at step 1");
      assertThat(run(mail, step("expect-hex-regex", "^32")).info())
          .isEqualTo("TCPCHK did not match content (binary regex) at step 1");
      assertThat(run(mail, step("expect-regex", "^5"), step("reject", "go away")).info())
          .isEqualTo("TCPCHK matched unwanted content 'go away' at step 2");
      assertThat(run(mail, step("reject", "421")).status()).isEqualTo(CheckStatus.LAYER7_PASSED);
    }
  }

  @Test
  void enoughBytesDecideAtOnce() throws Exception {
    try (Talker slow =
        Talker.with((in, out) -> {
          out.write("welcome".getBytes(StandardCharsets.UTF_8));
          in.readNBytes(100);
        })) {
      assertThat(run(slow, step("reject", "sorry", 7, null)).status())
          .isEqualTo(CheckStatus.LAYER7_PASSED);
      assertThat(run(slow, step("expect", "hello", 7, null)).info())
          .isEqualTo("TCPCHK did not match content 'hello' at step 1");
      Duration little = Duration.ofSeconds(3);
      CheckResult open = run(slow.address(), little, send("x"), step("expect", "hello", 0, "hi"));
      assertThat(open.status()).isEqualTo(CheckStatus.LAYER7_TIMEOUT);
      assertThat(open.info())
          .isEqualTo("at step 2 of tcp-check (expect string 'hello') comment: 'hi'");
    }
  }

  @Test
  void severalPortsAreTriedOneAfterTheOther() throws Exception {
    int gone = Peer.freePort();
    try (Talker first = Talker.saying("one\n");
        Talker second = Talker.saying("two\n")) {
      int other = second.address().getPort();

      assertThat(
              run(
                      first,
                      step("expect", "one"),
                      connect(other, null),
                      step("expect", "two"),
                      connect(0, null),
                      step("expect", "one"))
                  .status())
          .isEqualTo(CheckStatus.LAYER7_PASSED);
      assertThat(
              run(first, step("expect", "one"), connect(other, null), step("expect", "1")).info())
          .isEqualTo("TCPCHK did not match content '1' at step 3");
      CheckResult refused = run(first, step("expect", "one"), connect(gone, null));
      assertThat(refused.status()).isEqualTo(CheckStatus.LAYER4_CONNECTION_PROBLEM);
      assertThat(refused.info())
          .isEqualTo("Connection refused at step 2 of tcp-check (connect port " + gone + ")");
      assertThat(run(first, connect(0, null)).status()).isEqualTo(CheckStatus.LAYER4_PASSED);
    }
  }

  @Test
  void connectsOverTls() throws Exception {
    Openssl openssl = new Openssl(directory);
    openssl.certificate("icr", "icr.io", "DNS:icr.io");
    try (Openssl.Server server = openssl.serve("icr", "-www")) {
      TlsSettings tls =
          new TlsSettings(
              Optional.empty(),
              Verification.FULL,
              Optional.of(openssl.authority().toString()),
              List.of(),
              Duration.ofDays(60));
      CheckResult result =
          run(
              server.address(),
              LONG,
              connect(0, tls),
              send("GET / HTTP/1.0\r\n\r\n"),
              step("expect-regex", "^HTTP/1.0 200"),
              step("expect", "TLSv1.3"));

      assertThat(result.status()).isEqualTo(CheckStatus.LAYER7_PASSED);
      assertThat(result.warning()).startsWith("certificate of CN=icr.io ends in ");
      assertThat(run(server.address(), LONG, connect(0, tls)).status())
          .isEqualTo(CheckStatus.LAYER6_PASSED);
    }
    try (Talker plain = Talker.saying("220 hello, who is there\r\n")) {
      CheckResult result = run(plain, connect(0, TlsSettings.USUAL));
      assertThat(result.status()).isEqualTo(CheckStatus.LAYER6_INVALID_RESPONSE);
      assertThat(result.info())
          .isEqualTo(
              "the endpoint does not speak TLS at step 1 of tcp-check (connect port "
                  + plain.address().getPort()
                  + ")");
    }
  }

  @Test
  void answerBeyondTheBoundIsAnInvalidResponse() throws Exception {
    try (Talker flood =
        Talker.with((in, out) -> {
          while (true) {
            out.write(new byte[10_000]);
          }
        })) {
      assertThat(run(flood, step("expect", "never")).info())
          .isEqualTo("TCPCHK did not match content 'never' at step 1");
    }
  }

  @Test
  void lastWordMayBeOurs() throws Exception {
    try (Talker redis = redis()) {
      assertThat(run(redis, send("PING\r\n"), step("expect", "PONG"), send("QUIT\r\n")).status())
          .isEqualTo(CheckStatus.LAYER7_PASSED);
      assertThat(run(redis, send("QUIT\r\n")).status()).isEqualTo(CheckStatus.LAYER4_PASSED);
    }
  }
}
