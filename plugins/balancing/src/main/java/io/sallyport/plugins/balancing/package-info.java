/** How a session's endpoint is chosen. */
package io.sallyport.plugins.balancing;
