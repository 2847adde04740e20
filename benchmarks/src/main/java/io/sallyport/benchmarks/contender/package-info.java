/** The ways from a client to the backend that are compared, with equal settings. */
package io.sallyport.benchmarks.contender;
