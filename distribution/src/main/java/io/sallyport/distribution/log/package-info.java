/** The agent's log: one line for each transition, written without ever holding up who logs. */
package io.sallyport.distribution.log;
