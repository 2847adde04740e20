package io.sallyport.control.server;

import io.sallyport.api.catalog.Locality;
import io.sallyport.api.catalog.NodeIdentity;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.ResourceKey;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.security.Caller;
import io.sallyport.control.v1.Hello;
import io.sallyport.control.v1.Node;
import io.sallyport.control.v1.ResourceVersion;
import java.util.Set;
import java.util.TreeMap;

/** What came of a Hello. Made on the thread that it came on, since it may be long. */
sealed interface Greeting {
  /** At most so many bytes may the node's own part have. */
  int NODE_BYTES = 32 << 10;

  /** An agent that may be who it says. */
  record Welcome(NodeIdentity identity, Node node, Revision revision, Held held)
      implements Greeting {}

  /** It says what it must not: whether it is who it says, and why not. */
  record Refused(boolean impostor, String reason) implements Greeting {}

  /** Judges a Hello. */
  static Greeting of(Hello hello, Caller caller, Compact compact, HeldPool pool) {
    Node node = hello.getNode();
    if (node.getName().isEmpty()) {
      return new Refused(false, "the Hello names no node; set node.name");
    }
    if (node.getSerializedSize() > NODE_BYTES) {
      return new Refused(
          false, "the Hello's node has more than " + NODE_BYTES + " bytes; use fewer labels");
    }
    boolean may =
        switch (caller) {
          case Caller.Node(String name) -> name.equals(node.getName());
          case Caller.Anyone _ -> true;
          case Caller.Operator _, Caller.Replica _ -> false;
        };
    if (!may) {
      return new Refused(
          true,
          "the certificate is that of node "
              + caller.name()
              + ", the Hello's that of "
              + node.getName()
              + "; use the certificate of the node");
    }
    TreeMap<ResourceKey, Revision> versions = new TreeMap<>();
    for (ResourceVersion resource : hello.getResourcesList()) {
      String service = resource.getName().getService();
      switch (resource.getName().getKind()) {
        case KIND_SERVICE ->
            versions.put(ResourceKey.service(service), Revisions.of(resource.getVersion()));
        case KIND_ENDPOINTS ->
            versions.put(ResourceKey.endpoints(service), Revisions.of(resource.getVersion()));
        // A kind of later times, which this control plane never sent and does not judge.
        case KIND_UNSPECIFIED, UNRECOGNIZED -> {}
      }
    }
    Node small = compact.node(node);
    return new Welcome(
        new NodeIdentity(
            small.getName(),
            new Locality(small.getLocality().getRegion(), small.getLocality().getZone()),
            small.getLabelsMap()),
        small,
        Revisions.of(hello.getRevision()),
        pool.of(versions, Set.of()));
  }
}
