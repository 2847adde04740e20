package org.example.quick;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.health.HealthCheck;
import io.sallyport.api.health.HealthCheckContext;
import io.sallyport.api.health.HealthCheckFactory;
import io.sallyport.api.health.ProbeOutcome;
import java.time.Duration;

/** {@code quick}: the endpoint accepts connections, and does so within a time. */
public final class QuickFactory implements HealthCheckFactory<QuickFactory.Settings> {
  /** What the catalog may say of it. */
  public record Settings(Duration within) {}

  @Override
  public String type() {
    return "quick";
  }

  @Override
  public Class<Settings> settingsType() {
    return Settings.class;
  }

  @Override
  public Settings parse(ConfigSection section) {
    Duration least = Duration.ofMillis(1);
    return new Settings(
        section.duration("within", Duration.ofMillis(250), least, Duration.ofMinutes(1)));
  }

  @Override
  public HealthCheck create(Settings settings, HealthCheckContext context) {
    return target ->
        context
            .connector()
            .connect(target.address(), target.timeout())
            .thenApply(outcome -> judged(outcome, settings.within()));
  }

  private static CheckResult judged(ProbeOutcome outcome, Duration within) {
    return switch (outcome) {
      case ProbeOutcome.Connected(Duration took) ->
          took.compareTo(within) <= 0
              ? CheckResult.of(CheckStatus.LAYER4_PASSED, took, "")
              : CheckResult.of(CheckStatus.LAYER4_TIMEOUT, took, "slower than " + within);
      case ProbeOutcome.Refused(Duration took, String info) ->
          CheckResult.of(CheckStatus.LAYER4_CONNECTION_PROBLEM, took, info);
      case ProbeOutcome.TimedOut(Duration took) ->
          CheckResult.of(CheckStatus.LAYER4_TIMEOUT, took, "");
      case ProbeOutcome.Unable(Duration took, String info) ->
          CheckResult.of(CheckStatus.SOCKET_ERROR, took, info);
    };
  }
}
