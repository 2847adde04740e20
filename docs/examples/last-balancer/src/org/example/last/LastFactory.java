package org.example.last;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.BalancerContext;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.balancing.Picker;
import io.sallyport.api.config.ConfigSection;

/** {@code last}: the last endpoint of the list that may be used, and of the lightest if asked. */
public final class LastFactory implements BalancerFactory<LastFactory.Settings> {
  /** What the catalog may say of it. */
  public record Settings(int lightest) {}

  @Override
  public String type() {
    return "last";
  }

  @Override
  public Class<Settings> settingsType() {
    return Settings.class;
  }

  @Override
  public Settings parse(ConfigSection section) {
    return new Settings(section.integer("lightest", 1, 1, 256));
  }

  @Override
  public Balancer create(Settings settings, BalancerContext context) {
    return candidates ->
        request -> {
          for (int i = candidates.size() - 1; i >= 0; i--) {
            if (candidates.get(i).weight() >= settings.lightest() && request.admits(i)) {
              return i;
            }
          }
          return Picker.NONE;
        };
  }
}
