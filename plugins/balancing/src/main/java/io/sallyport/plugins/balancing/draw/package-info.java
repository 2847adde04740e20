/** Drawing candidates by their weights, for the balancers that draw. */
package io.sallyport.plugins.balancing.draw;
