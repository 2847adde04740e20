/** The commands of the launcher, and what composes those that are given what they need. */
package io.sallyport.distribution.cli;
