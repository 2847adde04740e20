/**
 * The injector {@code dns}: a small responder on a loopback address that answers the catalog's
 * names and forwards all other questions, so that it can be the node's resolver.
 *
 * <p>{@link io.sallyport.plugins.injection.dns.Query} reads a question, {@link
 * io.sallyport.plugins.injection.dns.Responder} decides what becomes of it, {@link
 * io.sallyport.plugins.injection.dns.Reply} writes our own answers with Netty's codec, and {@link
 * io.sallyport.plugins.injection.dns.Forwarder} asks the name servers. Forwarded messages travel
 * byte for byte, but for their number: a codec that reads and writes them again would lose what it
 * does not know, and new types and options come every year.
 *
 * <p>Everything here runs on one event loop of its own, which the data path never sees. Questions,
 * connections and questions within a connection are limited, and so is memory.
 */
package io.sallyport.plugins.injection.dns;
