/** The checks {@code http} and {@code https}. */
package io.sallyport.plugins.health.http;
