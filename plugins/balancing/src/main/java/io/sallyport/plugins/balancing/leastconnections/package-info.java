/** The endpoint with the fewest sessions for its weight. */
package io.sallyport.plugins.balancing.leastconnections;
