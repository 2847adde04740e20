package io.sallyport.engine.cluster;

import io.sallyport.engine.control.ControlLoop;
import io.sallyport.engine.health.HealthMonitor;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/**
 * Takes what live sessions found of an endpoint to those who judge it. Called on event loops;
 * judged on the control loop.
 */
final class LiveEvidence implements ClusterEndpoint.Evidence {
  private final Members members;
  private final Ejections ejections;
  private final ControlLoop loop;

  LiveEvidence(Members members, Ejections ejections, ControlLoop loop) {
    this.members = members;
    this.ejections = ejections;
    this.loop = loop;
  }

  @Override
  public void connected(ClusterEndpoint endpoint) {
    about(endpoint, member -> withMonitor(member, HealthMonitor::connected));
  }

  @Override
  public void connectFailed(ClusterEndpoint endpoint, InetSocketAddress where, String reason) {
    about(
        endpoint,
        member -> {
          if (where.equals(endpoint.address())) {
            member.tryOtherAddress();
          }
          withMonitor(member, monitor -> monitor.connectFailed(reason));
          if (member.connectFailed()) {
            ejections.failed(member, reason);
          }
        });
  }

  @Override
  public void connectSlow(ClusterEndpoint endpoint) {
    about(endpoint, member -> withMonitor(member, HealthMonitor::connectSlow));
  }

  @Override
  public void served(ClusterEndpoint endpoint) {
    about(endpoint, ejections::served);
  }

  @Override
  public void sessionFailed(ClusterEndpoint endpoint, String reason) {
    about(endpoint, member -> ejections.failed(member, reason));
  }

  private void about(ClusterEndpoint endpoint, Consumer<Member> what) {
    loop.execute(() -> {
      Member member = members.of(endpoint);
      if (member != null) {
        what.accept(member);
      }
    });
  }

  private static void withMonitor(Member member, Consumer<HealthMonitor> what) {
    HealthMonitor monitor = member.monitor();
    if (monitor != null) {
      what.accept(monitor);
    }
  }
}
