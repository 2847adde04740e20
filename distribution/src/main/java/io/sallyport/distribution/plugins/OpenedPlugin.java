package io.sallyport.distribution.plugins;

import io.sallyport.api.plugin.ApiVersion;
import java.util.Optional;

/** What became of a place in the plugins' folder. */
sealed interface OpenedPlugin {
  /** Where it is. */
  PluginPlace place();

  /**
   * It is loaded.
   *
   * @param layer its modules
   * @param builtFor the version of the API that it says it was built for
   */
  record Loaded(PluginPlace place, ModuleLayer layer, Optional<ApiVersion> builtFor)
      implements OpenedPlugin {}

  /**
   * It is not.
   *
   * @param reason in words that follow its path
   * @param remedy what would help
   */
  record Refused(PluginPlace place, String reason, String remedy) implements OpenedPlugin {}
}
