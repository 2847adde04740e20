/** The command behind {@code benchmarks/run}, and the order in which it measures. */
package io.sallyport.benchmarks;
