/** The commands of the launcher. */
package io.sallyport.distribution.cli;
