package io.sallyport.distribution.demo;

/**
 * What a client asks for.
 *
 * @param name the public name
 * @param port the port
 */
record DemoTarget(String name, int port) {}
