package io.sallyport.benchmarks.fleet;

import java.time.Duration;

/**
 * What is simulated, and how often.
 *
 * @param agents how many there are
 * @param services how many the catalog has
 * @param endpoints of each service
 * @param zones the services and the agents are shared out among; each agent has those of its zone
 * @param rounds changes that are measured
 * @param restarts how often the control plane is killed and started again
 * @param reports how often an agent looks whether it has something to report
 * @param patience how long anything may take
 */
record FleetPlan(
    int agents,
    int services,
    int endpoints,
    int zones,
    int rounds,
    int restarts,
    Duration reports,
    Duration patience) {

  /** The zone of the agent, or of the service, of this number. */
  String zone(int number) {
    return "zone-" + number % zones;
  }

  /** How many agents have this service. */
  int agentsWith(int service) {
    int zone = service % zones;
    return agents / zones + (zone < agents % zones ? 1 : 0);
  }
}
