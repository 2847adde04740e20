/** Figures, and how they are written down. */
package io.sallyport.benchmarks.report;
