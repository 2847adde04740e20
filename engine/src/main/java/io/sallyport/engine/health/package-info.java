/** Health: HAProxy's rise and fall, the timing of probes, and what live sessions add to it. */
package io.sallyport.engine.health;
