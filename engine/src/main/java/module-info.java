/** Listeners, sessions, clusters, health and reconciliation: what a node does with a catalog. */
@org.jspecify.annotations.NullMarked
module io.sallyport.engine {
  requires transitive io.sallyport.api;
  requires transitive com.codahale.metrics;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.dns;
  requires io.netty.codec.haproxy;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.resolver;
  requires io.netty.resolver.dns;
  requires io.netty.transport;
  requires io.netty.transport.classes.epoll;
  requires io.netty.transport.classes.io_uring;
  requires io.netty.transport.unix.common;
  requires jdk.net;
  requires org.slf4j;
  requires static org.jspecify;

  exports io.sallyport.engine;
  exports io.sallyport.engine.event;
  exports io.sallyport.engine.status;
}
