package io.sallyport.api.injection;

import java.nio.file.Path;
import java.time.InstantSource;

/**
 * What a host injector is given.
 *
 * @param stateDirectory a directory of the agent's own that survives restarts, for journals and
 *     locks; it exists
 * @param clock wall-clock time
 * @param drift tells the engine that the node's state is no longer what the injector left there
 * @since 0.1
 */
public record HostInjectorContext(Path stateDirectory, InstantSource clock, Drift drift) {
  /** Receives news of foreign changes. */
  @FunctionalInterface
  public interface Drift {
    /**
     * Asks for a new {@link HostInjector#reconcile}, soon. Any thread; returns at once; repeated
     * calls are merged.
     *
     * @param what what was seen, for the log, such as {@code /etc/hosts was replaced}
     */
    void seen(String what);
  }
}
