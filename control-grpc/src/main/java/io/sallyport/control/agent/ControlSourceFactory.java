package io.sallyport.control.agent;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.source.CatalogSource;
import io.sallyport.api.source.CatalogSourceContext;
import io.sallyport.api.source.CatalogSourceFactory;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/**
 * Catalogs from a control plane.
 *
 * @since 0.1
 */
public final class ControlSourceFactory implements CatalogSourceFactory<ControlSettings> {
  private final Supplier<Loop> loops;
  private final Keeping.Disk disk;

  /** For the service loader: each source has a thread, and keeps its snapshot on disk. */
  public ControlSourceFactory() {
    this(Loop::ofItsOwn, Keeping.Disk.USED);
  }

  private ControlSourceFactory(Supplier<Loop> loops, Keeping.Disk disk) {
    this.loops = loops;
    this.disk = disk;
  }

  /**
   * For thousands of agents in one process, such as a simulated fleet: their sources share threads,
   * and neither read nor write a disk.
   *
   * @param threads any number; closed by the caller, after the sources
   */
  public static ControlSourceFactory ofMany(ScheduledExecutorService threads) {
    return new ControlSourceFactory(() -> Loop.on(threads), Keeping.Disk.LEFT_ALONE);
  }

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
    return new ControlSource(settings, context, loops.get(), disk);
  }
}
