package io.sallyport.distribution.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * What Logback does until {@link Logging} takes over, and in commands that never log: nothing. It
 * finds no file to look for and no XML to read, which also makes the start faster.
 *
 * @since 0.1
 */
public final class QuietStart extends ContextAwareBase implements Configurator {
  /** For the service loader. */
  public QuietStart() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
