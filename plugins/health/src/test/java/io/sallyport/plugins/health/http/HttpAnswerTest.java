package io.sallyport.plugins.health.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpAnswerTest {
  private static HttpAnswer read(String text) {
    return HttpAnswer.read(text, false, false);
  }

  @Test
  void bodyOfAKnownLengthIsWholeWhenItHasCome() {
    String head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";

    assertThat(read(head + "hel")).isEqualTo(new HttpAnswer.Head(200, "OK", "hel", false));
    assertThat(read(head + "hello!")).isEqualTo(new HttpAnswer.Head(200, "OK", "hello", true));
  }

  @Test
  void chunksAreJoined() {
    String head = "HTTP/1.1 503 Service Unavailable\r\ntransfer-encoding: gzip, Chunked\r\n\r\n";

    assertThat(read(head + "5;x=y\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"))
        .isEqualTo(new HttpAnswer.Head(503, "Service Unavailable", "hello world", true));
    assertThat(read(head + "5\r\nhello\r\n6\r\n wo"))
        .isEqualTo(new HttpAnswer.Head(503, "Service Unavailable", "hello wo", false));
    assertThat(read(head + "5\r\nhelloXX")).isInstanceOf(HttpAnswer.Broken.class);
    assertThat(read(head + "fffffffff\r\n")).isInstanceOf(HttpAnswer.Broken.class);
    assertThat(read(head + "-1\r\n")).isInstanceOf(HttpAnswer.Broken.class);
  }

  @Test
  void bodyOfNoLengthGoesOnUntilTheEnd() {
    assertThat(HttpAnswer.read("HTTP/1.0 200\n\nabc", false, false))
        .isEqualTo(new HttpAnswer.Head(200, "", "abc", false));
    assertThat(HttpAnswer.read("HTTP/1.0 200\n\nabc", true, false))
        .isEqualTo(new HttpAnswer.Head(200, "", "abc", true));
  }

  @Test
  void interimAnswersAreSkipped() {
    assertThat(read("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"))
        .isEqualTo(new HttpAnswer.Head(204, "No Content", "", true));
    assertThat(read("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 2"))
        .isEqualTo(new HttpAnswer.Partial());
  }

  @Test
  void answerToHeadHasNoBody() {
    assertThat(HttpAnswer.read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", false, true))
        .isEqualTo(new HttpAnswer.Head(200, "OK", "", true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9",
        "H3",
        "HTTP/2 200\r\n\r\n",
        "\u0015\u0003\u0003",
        " HTTP/1.1"
      })
  void otherProtocolsAreToldAtOnce(String text) {
    assertThat(read(text)).isEqualTo(new HttpAnswer.Broken("the endpoint does not speak HTTP"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 20\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n",
        "HTTP/1.1 2000\r\n\r\n",
        "HTTP/1.1 099 x\r\n\r\n",
        "HTTP/1.1 600 x\r\n\r\n",
        "HTTP/1.x 200 OK\r\n\r\n",
        "HTTP/1.1\r\n\r\n"
      })
  void statusLineMustBeOne(String text) {
    assertThat(read(text)).isEqualTo(new HttpAnswer.Broken("the status line is none"));
  }

  @Test
  void contradictoryLengthsAreBroken() {
    assertThat(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"))
        .isEqualTo(new HttpAnswer.Broken("there are two content lengths"));
    assertThat(read("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n"))
        .isEqualTo(new HttpAnswer.Broken("the content length is no number"));
    assertThat(read("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"))
        .isEqualTo(new HttpAnswer.Broken("the content length is no number"));
  }

  @Test
  void headThatNeverEndsIsBrokenWhenItsTimeIsOver() {
    assertThat(HttpAnswer.read("HTTP/1.1 200 OK\r\nX: y\r\n", true, false))
        .isEqualTo(new HttpAnswer.Broken("the answer ends within its head"));
  }

  @Property(tries = 20_000)
  void nothingThatAnEndpointSaysEscapesAsAnException(@ForAll("answers") String text) {
    for (boolean over : List.of(false, true)) {
      HttpAnswer answer = HttpAnswer.read(text, over, false);
      if (over) {
        assertThat(answer).isNotInstanceOf(HttpAnswer.Partial.class);
      }
      if (answer instanceof HttpAnswer.Head head) {
        assertThat(head.status()).isBetween(200, 599);
        assertThat(head.body().length()).isLessThanOrEqualTo(text.length());
        assertThat(head.reason()).matches("[ -~]{0,100}");
        assertThat(over ? head.whole() : true).isTrue();
      }
    }
  }

  /** However an answer is cut, reading on comes to what reading it whole comes to. */
  @Property(tries = 5_000)
  void whatWasWholeStaysAsItWas(@ForAll("answers") String text) {
    for (int end = 0; end <= text.length(); end++) {
      HttpAnswer early = read(text.substring(0, end));
      if (early instanceof HttpAnswer.Head head && head.whole()) {
        assertThat(read(text)).isEqualTo(early);
      }
      if (early instanceof HttpAnswer.Broken) {
        assertThat(read(text)).isEqualTo(early);
      }
    }
  }

  @Provide
  Arbitrary<String> answers() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "HTTP/1.1 200 OK",
            "HTTP/1.1 100 Continue",
            "HTTP/1.0 503 no",
            "HTTP/1.1 204",
            "HTTP/1.1 ",
            "\r\n",
            "\r\n\r\n",
            "\n",
            "\r",
            "Content-Length: 3",
            "Content-Length: 7",
            "Content-Length: x",
            "Transfer-Encoding: chunked",
            "3\r\nabc\r\n",
            "0\r\n\r\n",
            "1",
            "ffffffff",
            ";",
            ":",
            "abc",
            " ");
    Arbitrary<String> noise =
        Arbitraries.bytes()
            .array(byte[].class)
            .ofMaxSize(8)
            .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1));
    return Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(6, pieces), net.jqwik.api.Tuple.of(1, noise))
        .list()
        .ofMaxSize(14)
        .map(parts -> String.join("", parts));
  }
}
