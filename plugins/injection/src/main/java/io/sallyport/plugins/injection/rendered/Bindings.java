package io.sallyport.plugins.injection.rendered;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.injection.HostBinding;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Bindings in an order that depends on nothing but them, so that files change only when they do.
 */
final class Bindings {
  private Bindings() {}

  /** Those with names. */
  static List<HostBinding> named(Set<HostBinding> bindings) {
    return bindings.stream()
        .filter(binding -> !binding.names().isEmpty())
        .sorted(
            Comparator.comparing(HostBinding::service)
                .thenComparing(binding -> Addresses.text(binding.address())))
        .toList();
  }
}
