package io.sallyport.control.agent;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.source.CatalogSource;
import io.sallyport.api.source.CatalogSourceContext;
import io.sallyport.api.source.CatalogSourceFactory;

/**
 * Catalogs from a control plane.
 *
 * @since 0.1
 */
public final class ControlSourceFactory implements CatalogSourceFactory<ControlSettings> {
  /** For the service loader. */
  public ControlSourceFactory() {}

  @Override
  public String type() {
    return "control";
  }

  @Override
  public Class<ControlSettings> settingsType() {
    return ControlSettings.class;
  }

  @Override
  public ControlSettings parse(ConfigSection section) {
    return ControlSettings.parse(section);
  }

  @Override
  public CatalogSource create(ControlSettings settings, CatalogSourceContext context) {
    return new ControlSource(settings, context);
  }
}
