package io.sallyport.distribution.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import io.sallyport.distribution.FixedClock;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class LogLinesTest {
  private final LoggerContext context = new LoggerContext();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Test
  void aLineIsTimeLevelMessageAndPairs() {
    assertThat(
            logged(
                LogFormat.KEY_VALUES,
                log ->
                    log.atInfo()
                        .addKeyValue("service", "icr")
                        .addKeyValue("port", 443)
                        .log("session ended")))
        .matches(
            "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z INFO  session ended service=icr"
                + " port=443\n");
  }

  @Test
  void valuesThatNeedItAreQuotedAndStayOnTheirLine() {
    assertThat(
            withoutTime(
                logged(
                    LogFormat.KEY_VALUES,
                    log ->
                        log.atWarn()
                            .addKeyValue("empty", "")
                            .addKeyValue("spaced", "a b")
                            .addKeyValue("quoted", "say \"no\"")
                            .addKeyValue("equals", "a=b")
                            .addKeyValue("backslash", "a\\b")
                            .addKeyValue("newline", "a\nINFO forged=1\u001b[31m")
                            .addKeyValue("plain", "z1-1.private.icr.io:443")
                            .log("first\nsecond"))))
        .isEqualTo(
            "WARN  first\\nsecond empty=\"\" spaced=\"a b\" quoted=\"say \\\"no\\\"\""
                + " equals=\"a=b\" backslash=\"a\\\\b\""
                + " newline=\"a\\nINFO forged=1\\u001b[31m\" plain=z1-1.private.icr.io:443\n");
  }

  @Test
  void aFaultIsSummedUpOnTheLineAndToldWholeBelow() {
    String text =
        logged(
            LogFormat.KEY_VALUES,
            log -> log.atError().setCause(new IllegalStateException("no way")).log("it failed"));
    assertThat(text.lines().findFirst().orElseThrow())
        .endsWith("ERROR it failed fault=\"java.lang.IllegalStateException: no way\"");
    assertThat(text.lines().skip(1)).first().isEqualTo("java.lang.IllegalStateException: no way");
    assertThat(text.lines().skip(2)).allMatch(line -> line.startsWith("\tat ")).isNotEmpty();
  }

  @Test
  void foreignLoggersAreNamedAndSpeakFromWarningsOn() {
    Logging logging = start(LogFormat.KEY_VALUES, LogLevel.INFO);
    context.getLogger("io.netty.channel").info("chatter");
    context.getLogger("io.netty.channel").warn("odd");
    logging.close();
    assertThat(withoutTime(written())).isEqualTo("WARN  odd logger=io.netty.channel\n");
  }

  @Test
  void jsonHasNumbersAsNumbersAndEscapesTheRest() {
    assertThat(
            logged(
                    LogFormat.JSON,
                    log ->
                        log.atInfo()
                            .addKeyValue("service", "icr")
                            .addKeyValue("port", 443)
                            .addKeyValue("bytes", 5_000_000_000L)
                            .addKeyValue("moved", true)
                            .addKeyValue("reason", "say \"no\"\n")
                            .log("session ended"))
                .replaceFirst("\"time\":\"[^\"]{24}\"", "\"time\":\"T\""))
        .isEqualTo(
            "{\"time\":\"T\",\"level\":\"info\",\"message\":\"session ended\",\"service\":\"icr\","
                + "\"port\":443,\"bytes\":5000000000,\"moved\":true,"
                + "\"reason\":\"say \\\"no\\\"\\n\"}\n");
  }

  @Test
  void haproxyLinesStandAsTheyAre() {
    Logging logging = start(LogFormat.HAPROXY, LogLevel.INFO);
    context
        .getLogger("haproxy")
        .info("Health check, info: \"Connection refused\", status: 0/3 DOWN.");
    context.getLogger("io.sallyport.engine").info("catalog applied");
    logging.close();
    assertThat(written().lines().toList())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .isEqualTo("Health check, info: \"Connection refused\", status: 0/3 DOWN."),
            line -> assertThat(line).endsWith("Z INFO  catalog applied"));
  }

  @Test
  void nothingBelowTheLevelIsWritten() {
    Logging logging = start(LogFormat.KEY_VALUES, LogLevel.WARN);
    context.getLogger("io.sallyport.engine").info("hidden");
    context.getLogger("io.sallyport.engine").warn("shown");
    logging.close();
    assertThat(withoutTime(written())).isEqualTo("WARN  shown\n");
  }

  private interface Logs {
    void to(Logger log);
  }

  private String logged(LogFormat format, Logs logs) {
    Logging logging = start(format, LogLevel.INFO);
    logs.to(context.getLogger("io.sallyport.test"));
    logging.close();
    return written();
  }

  private Logging start(LogFormat format, LogLevel level) {
    InstantSource clock = new FixedClock("2026-11-23T02:13:46.120Z");
    return Logging.start(context, new LogSettings(format, level, SessionLog.ALL, 1024), out, clock);
  }

  private String written() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String withoutTime(String line) {
    return line.substring("2026-11-23T02:13:46.123Z ".length());
  }
}
