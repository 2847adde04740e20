/** The handshake check ({@code tls}), and TLS as other checks use it. */
package io.sallyport.plugins.health.tls;
