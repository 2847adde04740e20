/** How a session's endpoint is chosen. */
@org.jspecify.annotations.NullMarked
module io.sallyport.plugins.balancing {
  requires io.sallyport.api;
  requires static org.jspecify;

  // Whoever writes a catalog looks into the settings.
  opens io.sallyport.plugins.balancing.latency;
  opens io.sallyport.plugins.balancing.sourcehash;

  provides io.sallyport.api.balancing.BalancerFactory with
      io.sallyport.plugins.balancing.first.FirstFactory,
      io.sallyport.plugins.balancing.latency.LatencyAwareFactory,
      io.sallyport.plugins.balancing.leastconnections.LeastConnectionsFactory,
      io.sallyport.plugins.balancing.roundrobin.RoundRobinFactory,
      io.sallyport.plugins.balancing.sourcehash.SourceHashFactory,
      io.sallyport.plugins.balancing.twochoices.RandomTwoChoicesFactory;
}
