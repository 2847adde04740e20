/** How a service's names and addresses are published on a node. */
@org.jspecify.annotations.NullMarked
module io.sallyport.plugins.injection {
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.dns;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires io.sallyport.api;
  requires org.slf4j;
  requires static org.jspecify;

  provides io.sallyport.api.injection.HostInjectorFactory with
      io.sallyport.plugins.injection.dns.DnsInjectorFactory,
      io.sallyport.plugins.injection.hosts.HostsFileInjectorFactory,
      io.sallyport.plugins.injection.hosts.ResolvedNameInjectorFactory,
      io.sallyport.plugins.injection.loopback.LoopbackInjectorFactory,
      io.sallyport.plugins.injection.rendered.ContainerdInjectorFactory,
      io.sallyport.plugins.injection.rendered.CorednsInjectorFactory,
      io.sallyport.plugins.injection.rendered.DnsmasqInjectorFactory,
      io.sallyport.plugins.injection.rendered.ResolvedInjectorFactory,
      io.sallyport.plugins.injection.rendered.UnboundInjectorFactory;
}
