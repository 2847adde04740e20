/** Smooth weighted round robin. */
package io.sallyport.plugins.balancing.roundrobin;
