/** The less busy one of two endpoints drawn at random. */
package io.sallyport.plugins.balancing.twochoices;
