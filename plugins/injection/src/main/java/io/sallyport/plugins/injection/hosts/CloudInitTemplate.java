package io.sallyport.plugins.injection.hosts;

import java.nio.file.Path;

/**
 * Which template of cloud-init is kept in step with the hosts file, so that the file which
 * cloud-init writes at the next boot has our lines from the start.
 *
 * @since 0.1
 */
public sealed interface CloudInitTemplate {
  /** The one that cloud-init will use, when its configuration says that it owns the hosts file. */
  record Auto() implements CloudInitTemplate {}

  /** None. */
  record Off() implements CloudInitTemplate {}

  /**
   * This one, whatever cloud-init's configuration says.
   *
   * @param path an absolute path
   */
  record At(Path path) implements CloudInitTemplate {}
}
