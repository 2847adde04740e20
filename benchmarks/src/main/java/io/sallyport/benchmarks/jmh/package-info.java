/** Inner pieces on their own, under JMH. */
package io.sallyport.benchmarks.jmh;
