/** The command line. */
package io.sallyport.distribution;
