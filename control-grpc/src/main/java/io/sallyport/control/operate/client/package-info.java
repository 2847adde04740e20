/** Asks a control plane on behalf of an operator. */
package io.sallyport.control.operate.client;
