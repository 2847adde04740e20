/** The bare connect check. */
package io.sallyport.plugins.health.tcp;
