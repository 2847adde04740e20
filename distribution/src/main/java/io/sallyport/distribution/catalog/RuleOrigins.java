package io.sallyport.distribution.catalog;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.sallyport.api.config.Problem;
import io.sallyport.distribution.hocon.HoconValues;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds where a catalog file says what a rule objects to. A rule speaks of the whole catalog, in
 * which each port has its endpoints; the file may have them at the service.
 */
final class RuleOrigins {
  private static final Pattern NAME = Pattern.compile("\\.names\\[(\\d+)]");
  private static final Pattern PORT =
      Pattern.compile(
          "\\.ports\\[(\\d+)](\\.endpoints(?:\\[(\\d+)](?:\\.(host|source-address))?)?)?");

  private final ConfigObject services;

  RuleOrigins(ConfigObject services) {
    this.services = services;
  }

  /** The id of the service that a rule's path speaks of. */
  Optional<String> service(Problem violation) {
    String rest = violation.path().substring("services.".length());
    for (int end = rest.length(); end > 0; end = rest.lastIndexOf('.', end - 1)) {
      if (services.containsKey(rest.substring(0, end))) {
        return Optional.of(rest.substring(0, end));
      }
    }
    return Optional.empty();
  }

  /** The same problem with its file, its line, and the path as it was written. */
  Problem placed(Problem violation) {
    Optional<String> id = service(violation);
    if (id.isEmpty() || !(services.get(id.get()) instanceof ConfigObject service)) {
      return violation;
    }
    String path = "services." + id.get();
    String rest = violation.path().substring(path.length());
    Matcher name = NAME.matcher(rest);
    if (name.matches()) {
      ConfigValue names = service.get("names");
      return names instanceof ConfigList list
          ? at(violation, violation.path(), item(list, name.group(1)), service)
          : at(violation, path + ".names", names, service);
    }
    Matcher port = PORT.matcher(rest);
    if (port.matches()) {
      return port(violation, service, path, port);
    }
    String key = rest.startsWith(".") ? rest.substring(1) : "";
    return at(violation, violation.path(), service.get(key), service);
  }

  private Problem port(Problem violation, ConfigObject service, String path, Matcher port) {
    ConfigValue written = item(service.get("ports"), port.group(1));
    String portPath = path + ".ports[" + port.group(1) + "]";
    if (port.group(2) == null) {
      return written instanceof ConfigObject object
          ? at(violation, portPath + ".listen", object.get("listen"), service)
          : at(violation, portPath, written, service);
    }
    ConfigValue list = written instanceof ConfigObject object ? object.get("endpoints") : null;
    boolean own = list != null && list.valueType() != ConfigValueType.NULL;
    list = own ? list : service.get("endpoints");
    String listPath = (own ? portPath : path) + ".endpoints";
    if (port.group(3) == null) {
      return at(violation, listPath, list, service);
    }
    ConfigValue endpoint = item(list, port.group(3));
    String endpointPath = listPath + "[" + port.group(3) + "]";
    String key = port.group(4);
    ConfigValue said = key != null && endpoint instanceof ConfigObject it ? it.get(key) : null;
    if (said == null && EntryReader.SOURCE.equals(key)) {
      // The port may say it for its endpoints, or the service for its ports.
      boolean ports = written instanceof ConfigObject it && it.containsKey(key);
      ConfigValue wider =
          written instanceof ConfigObject it && ports ? it.get(key) : service.get(key);
      if (wider != null) {
        return at(violation, (ports ? portPath : path) + "." + key, wider, service);
      }
    }
    return said == null
        ? at(violation, endpointPath, endpoint, service)
        : at(violation, endpointPath + "." + key, said, service);
  }

  private static @Nullable ConfigValue item(@Nullable ConfigValue list, String index) {
    int at = Integer.parseInt(index);
    return list instanceof ConfigList items && at < items.size() ? items.get(at) : null;
  }

  private static Problem at(
      Problem violation, String path, @Nullable ConfigValue value, ConfigObject service) {
    return new Problem(
        violation.severity(),
        HoconValues.origin(value == null ? service : value),
        path,
        violation.value(),
        violation.message(),
        violation.remedy());
  }
}
