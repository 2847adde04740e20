/**
 * A simulated fleet: thousands of agents' clients in one process against the control plane as it
 * ships.
 */
package io.sallyport.benchmarks.fleet;
