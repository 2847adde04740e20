/**
 * How an endpoint's health is probed: {@code tcp} connects, {@code tls} agrees on TLS, {@code http}
 * and {@code https} ask for a page, {@code script} sends and expects, {@code agent} asks a helper
 * beside the endpoint, {@code command} runs a program of this machine.
 */
package io.sallyport.plugins.health;
