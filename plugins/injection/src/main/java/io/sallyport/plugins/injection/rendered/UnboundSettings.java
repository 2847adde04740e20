package io.sallyport.plugins.injection.rendered;

import io.sallyport.api.config.ConfigSection;
import java.time.Duration;

/**
 * The settings of the injector {@code unbound}.
 *
 * @param file where, and how unbound is told
 * @param timeToLive for how long its answers hold ({@code ttl})
 * @since 0.1
 */
public record UnboundSettings(FileSettings file, Duration timeToLive) {
  private static final FileSettings DEFAULTS =
      FileSettings.defaults(
          "/etc/unbound/unbound.conf.d/sallyport.conf", "unbound-control", "reload");

  private static final Duration TIME_TO_LIVE = Duration.ofSeconds(30);
  private static final Duration LONGEST = Duration.ofDays(1);

  static UnboundSettings parse(ConfigSection section) {
    return new UnboundSettings(
        FileSettings.parse(section, "path", DEFAULTS),
        section.duration("ttl", TIME_TO_LIVE, Duration.ZERO, LONGEST));
  }
}
