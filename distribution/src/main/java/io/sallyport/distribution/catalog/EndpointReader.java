package io.sallyport.distribution.catalog;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.EndpointRole;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.catalog.Locality;
import io.sallyport.distribution.hocon.HoconSection;
import io.sallyport.distribution.hocon.HoconValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Reads lists of endpoints. */
final class EndpointReader {
  static final String KEY = "endpoints";

  private static final int MOST_PORT = 65_535;
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9._:\\[\\]-]{1,256}");
  private static final String FORMS =
      "write \"host\", \"host:port\", \"[fd00::1]:443\" or { host = …, port = … }";

  /** The endpoints that a section lists; empty when it lists none at all. */
  Optional<List<EndpointDraft>> read(HoconSection section) {
    return section.value(KEY).map(value -> list(section, value));
  }

  private List<EndpointDraft> list(HoconSection section, ConfigValue value) {
    if (!(value instanceof ConfigList list)) {
      section.problem(KEY, "is not a list", "write endpoints = [\"host:port\", …]");
      return List.of(standIn(section.pathOf(KEY)));
    }
    List<EndpointDraft> drafts = new ArrayList<>(list.size());
    for (int i = 0; i < list.size(); i++) {
      drafts.add(endpoint(section, list.get(i), section.pathOf(KEY) + "[" + i + "]"));
    }
    return drafts;
  }

  private EndpointDraft endpoint(HoconSection section, ConfigValue value, String path) {
    if (value instanceof ConfigObject object) {
      return object(new HoconSection(object, path, section.problems()));
    }
    Optional<String> text = HoconValues.text(value);
    if (text.isEmpty()) {
      section.problem(value, path, "is not an endpoint", FORMS);
      return standIn(path);
    }
    return text(section, value, path, text.get().strip());
  }

  private EndpointDraft text(HoconSection section, ConfigValue value, String path, String text) {
    if (text.contains("://")) {
      section.problem(value, path, "is a URL", "write the host and the port alone");
      return standIn(path);
    }
    if (text.indexOf(':') != text.lastIndexOf(':') && !text.startsWith("[")) {
      boolean address = Addresses.literal(text).isPresent();
      section.problem(
          value,
          path,
          address ? "is an IPv6 address without brackets" : "holds more than one colon",
          address ? "write \"[" + text + "]\" or \"[" + text + "]:443\"" : FORMS);
      return standIn(path);
    }
    int end = text.startsWith("[") ? text.indexOf(']') + 1 : 0;
    int colon = text.indexOf(':', end);
    String host = colon < 0 ? text : text.substring(0, colon);
    Optional<String> complaint = complaint(host);
    if (complaint.isPresent()) {
      section.problem(value, path, complaint.get(), FORMS);
      return standIn(path);
    }
    if (colon < 0) {
      return EndpointDraft.plain(bare(host), OptionalInt.empty());
    }
    String port = text.substring(colon + 1);
    if (!port.matches("\\d{1,5}")
        || Integer.parseInt(port) < 1
        || Integer.parseInt(port) > MOST_PORT) {
      section.problem(value, path, "has no port behind its colon", "use a port from 1 to 65535");
      return standIn(path);
    }
    return EndpointDraft.plain(bare(host), OptionalInt.of(Integer.parseInt(port)));
  }

  private static EndpointDraft object(HoconSection section) {
    boolean whole = true;
    String host = section.requiredText("host", "");
    Optional<String> complaint = section.has("host") ? complaint(host) : Optional.empty();
    if (complaint.isPresent()) {
      section.problem("host", complaint.get(), "use a host name or an address");
    }
    whole &= section.has("host") && complaint.isEmpty();
    int port = section.integer("port", 0, 1, MOST_PORT);
    Optional<String> name = section.text("name");
    whole &= word(section, "name", name);
    Optional<String> region = section.text("region").filter(text -> !text.isEmpty());
    whole &= word(section, "region", region);
    Optional<String> zone = section.text("zone").filter(text -> !text.isEmpty());
    whole &= word(section, "zone", zone);
    EndpointDraft draft =
        new EndpointDraft(
            name,
            bare(host),
            port == 0 ? OptionalInt.empty() : OptionalInt.of(port),
            new Locality(region.orElse(""), zone.orElse("")),
            section.integer("weight", 1, 1, Endpoint.MOST_WEIGHT),
            section.integer("max-sessions", 0, 0, Integer.MAX_VALUE),
            section.choice("role", EndpointRole.PRIMARY),
            section.choice("mode", EndpointMode.ENABLED),
            section.flag("checked", true),
            new EndpointDraft.Source(
                section.has(EntryReader.SOURCE), EntryReader.source(section, Optional.empty())));
    section.finish();
    return whole ? draft : standIn(section.path());
  }

  private static boolean word(HoconSection section, String key, Optional<String> text) {
    boolean fits = text.isEmpty() || WORD.matcher(text.get()).matches();
    if (!fits) {
      section.problem(
          key,
          "is not a " + key,
          "use letters, digits, dots, colons, hyphens and underscores, at most 256");
    }
    return fits;
  }

  /** Keeps the place in the list of one that could not be read, until all is refused. */
  private static EndpointDraft standIn(String path) {
    return new EndpointDraft(
        Optional.of(path),
        "",
        OptionalInt.of(1),
        Locality.UNKNOWN,
        1,
        0,
        EndpointRole.PRIMARY,
        EndpointMode.ENABLED,
        true,
        EndpointDraft.Source.UNSAID);
  }

  private static Optional<String> complaint(String host) {
    return Addresses.literal(host).isPresent() ? Optional.empty() : HostName.complaint(host);
  }

  private static String bare(String host) {
    return Addresses.literal(host).map(Addresses::text).orElse(host);
  }
}
