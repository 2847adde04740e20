/** Programs that the runner starts, and what the kernel tells of them. */
package io.sallyport.benchmarks.process;
