/**
 * HOCON files as sections with origins: read whole, every problem collected with its file and line.
 */
package io.sallyport.distribution.hocon;
