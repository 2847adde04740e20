/** What is measured, one class each. */
package io.sallyport.benchmarks.measure;
