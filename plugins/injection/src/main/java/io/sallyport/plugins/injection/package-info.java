/** How a service's names and addresses are published on a node. */
package io.sallyport.plugins.injection;
