/** How a session's endpoint is chosen. */
@org.jspecify.annotations.NullMarked
module io.sallyport.plugins.balancing {
  requires io.sallyport.api;
  requires static org.jspecify;

  provides io.sallyport.api.balancing.BalancerFactory with
      io.sallyport.plugins.balancing.roundrobin.RoundRobinFactory;
}
