/** Listeners and sessions: accepting, connecting, moving bytes, and ending for one reason. */
package io.sallyport.engine.session;
