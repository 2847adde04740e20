/** The endpoint that is quicker to reach, of two drawn at random. */
package io.sallyport.plugins.balancing.latency;
