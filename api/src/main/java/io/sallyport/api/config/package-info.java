/**
 * The view of a configuration that strategies parse from, and the problems that reading collects.
 */
package io.sallyport.api.config;
