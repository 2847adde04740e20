package io.sallyport.benchmarks.load;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;

/**
 * What {@code iperf3 --json} prints.
 *
 * @param bytes that arrived
 * @param bitsPerSecond at which they did
 */
public record IperfReport(long bytes, double bitsPerSecond) {
  /**
   * Reads it.
   *
   * @throws IllegalArgumentException with iperf3's own words, when it reports an error
   */
  public static IperfReport of(String json) {
    // HOCON, of which JSON is a part: iperf3 writes a few keys twice, which strict JSON forbids.
    Config report =
        ConfigFactory.parseString(json, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.CONF));
    if (report.hasPath("error")) {
      throw new IllegalArgumentException("iperf3: " + report.getString("error"));
    }
    Config received = report.getConfig("end.sum_received");
    return new IperfReport(received.getLong("bytes"), received.getDouble("bits_per_second"));
  }
}
