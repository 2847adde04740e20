package io.sallyport.engine.cluster;

import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.OnDown;
import io.sallyport.api.catalog.OnUp;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.engine.event.SessionEnd;
import java.util.function.Supplier;

/**
 * What becomes of running sessions when an endpoint goes up, down, or out of use.
 *
 * <p>Control loop only.
 */
final class SessionPolicies {
  private final Members members;
  private final Supplier<ServicePort> settings;
  private final SessionControl sessions;
  private final Ejections ejections;

  SessionPolicies(
      Members members,
      Supplier<ServicePort> settings,
      SessionControl sessions,
      Ejections ejections) {
    this.members = members;
    this.settings = settings;
    this.sessions = sessions;
    this.ejections = ejections;
  }

  /** An endpoint went down; the answer is how many sessions were closed for that. */
  int down(Member member) {
    if (settings.get().onDown() != OnDown.CLOSE_SESSIONS) {
      return 0;
    }
    int closed = member.endpoint().activeSessions();
    sessions.closeOn(member.endpoint(), SessionEnd.ENDPOINT_DOWN);
    return closed;
  }

  /** An endpoint came up; the answer is how many sessions were closed for that. */
  int up(Member member) {
    boolean takesSessions = member.mode() == EndpointMode.ENABLED;
    if (member.backup() || !takesSessions || settings.get().onUp() != OnUp.CLOSE_BACKUP_SESSIONS) {
      return 0;
    }
    int closed = 0;
    for (Member other : members.all()) {
      if (other.backup()) {
        closed += other.endpoint().activeSessions();
        sessions.closeOn(other.endpoint(), SessionEnd.BACKUP_RELIEVED);
      }
    }
    return closed;
  }

  /** Something else is wanted of an endpoint than before. */
  void wanted(Member member, EndpointMode before, EndpointMode now) {
    boolean retired = now == EndpointMode.MAINTENANCE && before != EndpointMode.MAINTENANCE;
    if (retired) {
      ejections.pardon(member, "it is in maintenance");
    }
    if (retired && settings.get().onDown() == OnDown.CLOSE_SESSIONS) {
      sessions.closeOn(member.endpoint(), SessionEnd.ENDPOINT_DOWN);
    }
  }

  /** An endpoint is declared no more: its sessions have their time. */
  void removed(Member member) {
    sessions.drainOn(member.endpoint(), settings.get().timeouts().drain());
  }
}
