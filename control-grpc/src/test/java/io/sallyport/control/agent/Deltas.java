package io.sallyport.control.agent;

import com.google.protobuf.ByteString;
import io.sallyport.control.v1.Delta;
import io.sallyport.control.v1.Endpoint;
import io.sallyport.control.v1.Endpoints;
import io.sallyport.control.v1.PortEndpoints;
import io.sallyport.control.v1.ResourceName;
import io.sallyport.control.v1.Revision;
import io.sallyport.control.v1.Service;
import io.sallyport.control.v1.VersionedEndpoints;
import io.sallyport.control.v1.VersionedService;

/** A Delta, put together in a test's words. */
final class Deltas {
  private final Delta.Builder delta = Delta.newBuilder();
  private Revision revision;

  private Deltas(long nonce, long epoch, long number) {
    revision = Revision.newBuilder().setEpoch(epoch).setNumber(number).build();
    delta.setNonce(nonce).setRevision(revision).setSnapshotComplete(true);
  }

  /** A complete one; its revision is of epoch 1, its nonce the same number. */
  static Deltas to(long number) {
    return new Deltas(number, 1, number);
  }

  static Deltas to(long nonce, long epoch, long number) {
    return new Deltas(nonce, epoch, number);
  }

  /** A service with one endpoint behind the port that its words name. */
  Deltas with(String service, String words) {
    return service(service, words).endpoint(service, port(words), "10.0.0.1");
  }

  Deltas service(String service, String words) {
    delta.addChangedServices(
        VersionedService.newBuilder()
            .setVersion(revision)
            .setService(Service.newBuilder().setName(service).setDefinition(words)));
    return this;
  }

  Deltas endpoint(String service, int listen, String host) {
    delta.addChangedEndpoints(
        VersionedEndpoints.newBuilder()
            .setVersion(revision)
            .setEndpoints(
                Endpoints.newBuilder()
                    .setService(service)
                    .addPorts(
                        PortEndpoints.newBuilder()
                            .setListen(listen)
                            .addEndpoints(
                                Endpoint.newBuilder()
                                    .setHost(host)
                                    .setPort(443)
                                    .setWeight(1)
                                    .setRole(Endpoint.Role.ROLE_PRIMARY)
                                    .setMode(Endpoint.Mode.MODE_ENABLED)))));
    return this;
  }

  Deltas without(String service) {
    delta.addRemoved(
        ResourceName.newBuilder().setKind(ResourceName.Kind.KIND_SERVICE).setService(service));
    return this;
  }

  Deltas incomplete() {
    delta.setSnapshotComplete(false);
    return this;
  }

  Deltas confirmed() {
    delta.setLargeRemovalConfirmed(true);
    return this;
  }

  Deltas hash(String hash) {
    delta.setSnapshotHash(ByteString.copyFromUtf8(hash));
    return this;
  }

  Delta build() {
    return delta.build();
  }

  /** What follows has been as it is since another revision of epoch 1. */
  Deltas since(long number) {
    revision = revision.toBuilder().setNumber(number).build();
    return this;
  }

  private static int port(String words) {
    String[] parts = words.split(" ", -1);
    return parts.length < 3 ? 443 : Integer.parseInt(parts[2]);
  }
}
