/** The check {@code script}: connects, sends and expects, in steps, as HAProxy's tcp-check does. */
package io.sallyport.plugins.health.script;
