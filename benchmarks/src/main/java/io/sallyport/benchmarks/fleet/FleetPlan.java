package io.sallyport.benchmarks.fleet;

import java.time.Duration;

/**
 * What is simulated, and how often.
 *
 * @param agents how many there are
 * @param services how many the catalog has
 * @param endpoints of each service
 * @param zones that the agents are in, and that all services but the common ones are meant for
 * @param common how many services are meant for every agent; it is one of these that changes
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
    int common,
    int rounds,
    int restarts,
    Duration reports,
    Duration patience) {

  /** The zone of the agent of this number, and of the service of this number that has one. */
  String zone(int number) {
    return "zone-" + number % zones;
  }

  /** How many services an agent has, about. */
  int each() {
    return common + (services - common) / zones;
  }
}
