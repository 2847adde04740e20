package io.sallyport.plugins.injection.hosts;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.injection.HostBinding;
import io.sallyport.plugins.injection.files.Refusal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the bindings want, as lines.
 *
 * @param lines for each binding that can have them, in an order that depends on nothing but the
 *     bindings
 * @param refused the others
 */
record Wishes(Map<HostBinding, List<OwnLine>> lines, Map<HostBinding, Refusal> refused) {
  private static final Comparator<HostBinding> ORDER =
      Comparator.comparing(HostBinding::service)
          .thenComparing(binding -> Addresses.text(binding.address()))
          .thenComparing(binding -> binding.names().toString());

  static Wishes of(Set<HostBinding> desired) {
    Wishes wishes = new Wishes(new LinkedHashMap<>(), new LinkedHashMap<>());
    desired.stream()
        .sorted(ORDER)
        .forEach(binding ->
            impossible(binding)
                .ifPresentOrElse(
                    refusal -> wishes.refused.put(binding, refusal),
                    () -> wishes.lines.put(binding, OwnLine.of(binding))));
    return wishes;
  }

  List<OwnLine> all() {
    List<OwnLine> all = new ArrayList<>();
    lines.values().forEach(all::addAll);
    return all;
  }

  private static Optional<Refusal> impossible(HostBinding binding) {
    if (!Service.ID.matcher(binding.service()).matches()) {
      return Optional.of(
          new Refusal(
              "\"" + binding.service() + "\" is not a service id, and cannot stand in a marker",
              "use letters, digits, dots, hyphens and underscores"));
    }
    for (HostName name : binding.names()) {
      if (name.text().equals("localhost") || name.text().endsWith(".localhost")) {
        return Optional.of(
            new Refusal(
                "service " + binding.service() + " would take over " + name.text(),
                "remove the name from the service"));
      }
    }
    return Optional.empty();
  }
}
