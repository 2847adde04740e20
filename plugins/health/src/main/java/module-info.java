/** How an endpoint's health is probed. */
@org.jspecify.annotations.NullMarked
module io.sallyport.plugins.health {
  requires io.sallyport.api;
  requires re2j;
  requires static org.jspecify;

  // Catalogs are written from the settings' records.
  opens io.sallyport.plugins.health.agent;
  opens io.sallyport.plugins.health.command;
  opens io.sallyport.plugins.health.http;
  opens io.sallyport.plugins.health.script;
  opens io.sallyport.plugins.health.tls;

  provides io.sallyport.api.health.HealthCheckFactory with
      io.sallyport.plugins.health.tcp.TcpCheckFactory,
      io.sallyport.plugins.health.tls.TlsCheckFactory,
      io.sallyport.plugins.health.http.HttpCheckFactory,
      io.sallyport.plugins.health.http.HttpsCheckFactory,
      io.sallyport.plugins.health.script.ScriptCheckFactory,
      io.sallyport.plugins.health.agent.AgentCheckFactory,
      io.sallyport.plugins.health.command.CommandCheckFactory;
}
