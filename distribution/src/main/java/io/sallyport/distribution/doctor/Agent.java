package io.sallyport.distribution.doctor;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.distribution.status.AgentStatus;
import io.sallyport.engine.status.InjectorStatus;
import io.sallyport.engine.status.ListenerStatus;
import io.sallyport.engine.status.ServiceStatus;
import java.util.List;
import java.util.Optional;

/**
 * The agent on this machine, if one answers.
 *
 * @param status what it says; empty when none answers
 * @param words for people: which it is, or why there is none
 * @since 0.1
 */
public record Agent(Optional<AgentStatus> status, String words) {
  private static final String CONTAINERD = "containerd";

  /** One that answers. */
  public static Agent of(AgentStatus status) {
    int wrong = status.wrong().size();
    return new Agent(
        Optional.of(status),
        "sallyport "
            + status.version()
            + ", process "
            + status.pid()
            + ", revision "
            + status.catalog().revision()
            + (wrong == 0 ? "" : ", " + wrong + " wrong by its own account (sallyport status)"));
  }

  /** None, and why. */
  public static Agent none(String why) {
    return new Agent(Optional.empty(), why);
  }

  /** What it says of a service; empty when it says nothing, or means another address. */
  Optional<ServiceStatus> service(NamedService service) {
    return status.flatMap(said ->
        said.node().services().stream()
            .filter(its -> its.id().equals(service.id()))
            .filter(its -> its.address().equals(Addresses.text(service.address())))
            .findFirst());
  }

  /** What it says of a listener. */
  Optional<ListenerStatus> listener(NamedService service, int port) {
    return service(service)
        .flatMap(its ->
            its.listeners().stream().filter(listener -> listener.port() == port).findFirst());
  }

  /** True when it tells names to containerd and to nobody else. */
  boolean tellsOnlyContainerd() {
    List<String> injectors =
        status.stream()
            .flatMap(said -> said.node().injectors().stream())
            .filter(injector -> injector.phase().equals("name"))
            .map(InjectorStatus::type)
            .toList();
    return !injectors.isEmpty() && injectors.stream().allMatch(CONTAINERD::equals);
  }
}
