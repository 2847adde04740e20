/** Backends and the generators of load, and readers of what they print. */
package io.sallyport.benchmarks.load;
