package io.sallyport.engine.session;

import io.sallyport.api.catalog.Routing;
import io.sallyport.engine.preamble.ClientHello;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which server name leads to which listener. Immutable. */
final class Signpost {
  private final Map<String, Listener> exact = new HashMap<>();
  private final Map<String, Listener> endings = new HashMap<>();
  private final Listener host;
  private final @Nullable Listener fallback;

  Signpost(List<Listener> members) {
    Listener last = null;
    for (Listener member : members) {
      Routing routing = member.settings().preamble().routing();
      for (String name : routing.names()) {
        if (name.startsWith("*.")) {
          endings.putIfAbsent(name.substring(1), member);
        } else {
          exact.putIfAbsent(name, member);
        }
      }
      if (routing.fallback() && last == null) {
        last = member;
      }
    }
    this.fallback = last;
    this.host = last == null ? members.getFirst() : last;
  }

  /** One that leads nowhere, for those who come to a listener that nobody shares any more. */
  Signpost(Listener last) {
    this.host = last;
    this.fallback = null;
  }

  /** By whose name those are told who are led nowhere. */
  Listener host() {
    return host;
  }

  /** Where a client goes: its name's own service, the one of the longest ending, the default. */
  @Nullable Listener to(ClientHello asked) {
    if (!(asked instanceof ClientHello.Named(String name))) {
      return fallback;
    }
    Listener there = exact.get(name);
    for (int dot = name.indexOf('.'); there == null && dot >= 0; dot = name.indexOf('.', dot + 1)) {
      there = endings.get(name.substring(dot));
    }
    return there == null ? fallback : there;
  }
}
