/** A catalog as resources: what is stored, compared, and sent to agents. */
package io.sallyport.control.resource;
