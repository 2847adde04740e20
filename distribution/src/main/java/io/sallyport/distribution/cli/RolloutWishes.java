package io.sallyport.distribution.cli;

import java.time.Duration;
import java.util.List;

/**
 * How a change is to be rolled out.
 *
 * @param stages one after the other; the whole fleet comes last anyway
 * @param quiet how long nothing may go wrong in a stage
 * @param patience how long a stage's nodes have
 * @param toleratedNodes how many nodes in trouble halt it
 * @param toleratedFailed how many failed sessions more than usual do, per node and minute
 * @param keep whether to halt only, and not to roll back
 * @param watch whether to watch it to its end
 */
record RolloutWishes(
    List<StageWords> stages,
    Duration quiet,
    Duration patience,
    int toleratedNodes,
    double toleratedFailed,
    boolean keep,
    boolean watch) {}
