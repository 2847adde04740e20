/** How an endpoint's health is probed. */
@org.jspecify.annotations.NullMarked
module io.sallyport.plugins.health {
  requires io.sallyport.api;
  requires static org.jspecify;

  provides io.sallyport.api.health.HealthCheckFactory with
      io.sallyport.plugins.health.tcp.TcpCheckFactory;
}
