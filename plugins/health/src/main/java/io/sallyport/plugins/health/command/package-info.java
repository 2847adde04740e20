/** The check {@code command}: runs a program of this machine, where the node's owner allows it. */
package io.sallyport.plugins.health.command;
