package io.sallyport.distribution.cli;

import io.sallyport.distribution.status.AgentVersion;
import picocli.CommandLine.IVersionProvider;

/**
 * What {@code --version} says.
 *
 * @since 0.1
 */
public final class VersionText implements IVersionProvider {
  /** For picocli. */
  public VersionText() {}

  @Override
  public String[] getVersion() {
    return new String[] {
      "sallyport " + AgentVersion.ofThisModule().text(), "Java " + Runtime.version()
    };
  }
}
