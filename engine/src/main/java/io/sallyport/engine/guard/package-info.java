/** What stands between the engine and the code of plugins: counts their faults, sees them hang. */
package io.sallyport.engine.guard;
