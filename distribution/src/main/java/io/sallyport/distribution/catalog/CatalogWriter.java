package io.sallyport.distribution.catalog;

import com.typesafe.config.ConfigUtil;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.config.Problems;
import io.sallyport.api.health.HealthCheckFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Writes catalogs as HOCON for people: only what differs from the factory defaults, once for all
 * services where all agree, once for a service where its ports do. Reading it back yields an equal
 * catalog.
 *
 * @since 0.1
 */
public final class CatalogWriter {
  private static final Pattern PLAIN_KEY = Pattern.compile("[A-Za-z0-9_-]+");
  private static final int LONGEST_LINE = 100;

  private final BehaviourText behaviours;

  /**
   * Makes a writer.
   *
   * @param balancers the balancers that the reader will know
   * @param checks the health checks that the reader will know
   */
  public CatalogWriter(
      Map<String, BalancerFactory<?>> balancers, Map<String, HealthCheckFactory<?>> checks) {
    BehaviourReader reader = new BehaviourReader(balancers, checks, new Sharing());
    // What is not installed is told by whoever reads.
    this.behaviours = new BehaviourText(FactoryDefaults.read(reader, new Problems()));
  }

  /**
   * The catalog's text; its revision is not part of it.
   *
   * @param head lines of comment in front, without their {@code #}
   * @throws IllegalArgumentException when a strategy has settings that HOCON cannot hold
   */
  public String text(Catalog catalog, List<String> head) {
    StringBuilder text = new StringBuilder();
    head.forEach(line -> text.append(line.isBlank() ? "#" : "# " + line).append('\n'));
    if (!head.isEmpty()) {
      text.append('\n');
    }
    List<ServicePort> all =
        catalog.services().stream().flatMap(service -> service.ports().stream()).toList();
    Said defaults = Said.NOTHING;
    if (catalog.services().size() > 1) {
      defaults = behaviours.agreed(all, Said.NOTHING);
      if (!defaults.isEmpty()) {
        text.append("defaults {\n");
        behaviours.lines(defaults).forEach(line -> text.append("  ").append(line).append('\n'));
        text.append("}\n\n");
      }
    }
    text.append("services {\n");
    for (Service service : catalog.services()) {
      service(text, service, defaults);
    }
    return text.append("}\n").toString();
  }

  private void service(StringBuilder text, Service service, Said defaults) {
    String id = PLAIN_KEY.matcher(service.id()).matches() ? service.id() : quoted(service.id());
    text.append("  ").append(id).append(" {\n");
    if (!service.names().isEmpty()) {
      list(text, "    ", "names", words(service.names()));
    }
    line(text, "address = " + EndpointText.word(Addresses.text(service.address())));
    NodeSelectorText.lines(service.nodes()).forEach(line -> line(text, line));
    Said said = behaviours.agreed(service.ports(), defaults);
    EndpointText endpoints = EndpointText.of(service.ports());
    ports(text, service.ports(), endpoints, defaults.and(said));
    if (!endpoints.shared().isEmpty()) {
      list(text, "    ", "endpoints", endpoints.shared());
    }
    behaviours.lines(said).forEach(line -> line(text, line));
    text.append("  }\n");
  }

  private void ports(
      StringBuilder text, List<ServicePort> ports, EndpointText endpoints, Said said) {
    List<List<String>> all = new ArrayList<>();
    for (int i = 0; i < ports.size(); i++) {
      ServicePort port = ports.get(i);
      List<String> own = new ArrayList<>();
      int target = endpoints.target(i);
      if (target != port.listen()) {
        own.add("target = " + target);
      }
      own.addAll(behaviours.lines(behaviours.own(port, said)));
      if (endpoints.shared().isEmpty()) {
        StringBuilder list = new StringBuilder();
        list(list, "", "endpoints", endpoints.own(i));
        own.addAll(list.toString().lines().toList());
      }
      all.add(own);
    }
    if (all.stream().allMatch(own -> own.size() <= 1)) {
      List<String> items = new ArrayList<>();
      for (int i = 0; i < ports.size(); i++) {
        int listen = ports.get(i).listen();
        items.add(
            all.get(i).isEmpty()
                ? String.valueOf(listen)
                : "{ listen = " + listen + ", " + all.get(i).getFirst() + " }");
      }
      list(text, "    ", "ports", items);
      return;
    }
    line(text, "ports = [");
    for (int i = 0; i < ports.size(); i++) {
      int listen = ports.get(i).listen();
      if (all.get(i).isEmpty()) {
        line(text, "  " + listen);
        continue;
      }
      line(text, "  {");
      line(text, "    listen = " + listen);
      all.get(i).forEach(own -> line(text, "    " + own));
      line(text, "  }");
    }
    line(text, "]");
  }

  /** A list in one line, or in several where it would be too long. */
  private static void list(StringBuilder text, String indent, String key, List<String> items) {
    String joined = key + " = [" + String.join(", ", items) + "]";
    if (joined.length() + indent.length() <= LONGEST_LINE) {
      text.append(indent).append(joined).append('\n');
      return;
    }
    text.append(indent).append(key).append(" = [\n");
    items.forEach(item -> text.append(indent).append("  ").append(item).append('\n'));
    text.append(indent).append("]\n");
  }

  private static void line(StringBuilder text, String line) {
    text.append("    ").append(line).append('\n');
  }

  private static List<String> words(List<HostName> names) {
    return names.stream().map(HostName::text).map(EndpointText::word).toList();
  }

  static String quoted(String text) {
    return ConfigUtil.quoteString(text);
  }
}
