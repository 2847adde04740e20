package io.sallyport.engine.preamble;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/** ClientHellos as a real client sends them. */
public final class Hellos {
  private Hellos() {}

  /** The JDK's own, asking for a name; for none where it is empty. */
  public static byte[] asking(String name) {
    try {
      SSLEngine engine = SSLContext.getDefault().createSSLEngine();
      engine.setUseClientMode(true);
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setServerNames(name.isEmpty() ? List.of() : List.of(new SNIHostName(name)));
      engine.setSSLParameters(parameters);
      ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
      engine.wrap(ByteBuffer.allocate(0), out);
      byte[] bytes = new byte[out.flip().remaining()];
      out.get(bytes);
      return bytes;
    } catch (NoSuchAlgorithmException | SSLException fault) {
      throw new AssertionError(fault);
    }
  }

  /** The same in records of so many bytes at most. */
  public static byte[] inRecords(byte[] hello, int size) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 5; at < hello.length; at += size) {
      int length = Math.min(size, hello.length - at);
      out.write(hello, 0, 3);
      out.write(length >> 8);
      out.write(length);
      out.write(hello, at, length);
    }
    return out.toByteArray();
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
