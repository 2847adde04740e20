/** The commands of the command line. They are given what they need and bind nothing themselves. */
package io.sallyport.distribution.cli;
