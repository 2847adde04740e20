/** How an endpoint's health is probed. */
package io.sallyport.plugins.health;
