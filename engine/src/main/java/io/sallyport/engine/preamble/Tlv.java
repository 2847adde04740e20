package io.sallyport.engine.preamble;

/**
 * A further fact in a PROXY header of version 2, as it came.
 *
 * @param type what it is about
 * @param content never changed
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares them.
public record Tlv(byte type, byte[] content) {}
