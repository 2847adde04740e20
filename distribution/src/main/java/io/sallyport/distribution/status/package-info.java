/** What an agent tells of itself at its admin port, and what the command line reads there. */
package io.sallyport.distribution.status;
