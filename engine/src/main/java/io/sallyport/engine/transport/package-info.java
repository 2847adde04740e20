/** The choice of Netty's transport and the event loops of the data path. */
package io.sallyport.engine.transport;
