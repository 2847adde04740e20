package io.sallyport.plugins.injection.rendered;

import io.sallyport.api.injection.HostBinding;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** Which files publish some bindings. Pure but for {@link #places} and {@link #removed}. */
interface Format {
  /** The files that should be there; none for what cannot or need not be published. */
  Map<Path, Page> pages(Set<HostBinding> bindings);

  /** Where files of ours may be, from now or from an earlier run. */
  Set<Path> places();

  /** A file of ours has gone: what it alone needed may go too. */
  default void removed(Path path) {}
}
