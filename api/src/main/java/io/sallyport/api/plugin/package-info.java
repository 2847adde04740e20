/** What the factories of all three strategies have in common. */
package io.sallyport.api.plugin;
