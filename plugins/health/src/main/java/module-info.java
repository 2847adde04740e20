/** How an endpoint's health is probed. */
@org.jspecify.annotations.NullMarked
module io.sallyport.plugins.health {
  requires io.sallyport.api;
  requires re2j;
  requires static org.jspecify;

  provides io.sallyport.api.health.HealthCheckFactory with
      io.sallyport.plugins.health.tcp.TcpCheckFactory,
      io.sallyport.plugins.health.tls.TlsCheckFactory,
      io.sallyport.plugins.health.http.HttpCheckFactory,
      io.sallyport.plugins.health.http.HttpsCheckFactory,
      io.sallyport.plugins.health.script.ScriptCheckFactory,
      io.sallyport.plugins.health.agent.AgentCheckFactory,
      io.sallyport.plugins.health.command.CommandCheckFactory;
}
