package io.sallyport.engine.resolve;

import io.sallyport.api.catalog.Addresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What {@code resolv.conf(5)} says, as far as it is used here: the name servers in their order, the
 * search list, {@code ndots}. What cannot be understood is passed over, as libc does; without a
 * name server the node itself is asked.
 *
 * @param servers never empty
 * @param search domains that are tried behind names with few dots
 * @param ndots from how many dots on a name is tried alone first
 */
record ResolvConf(List<InetSocketAddress> servers, List<String> search, int ndots) {
  private static final int PORT = 53;
  private static final int DEFAULT_NDOTS = 1;
  private static final int MOST_NDOTS = 15;

  /** No file, but these servers; names are complete. */
  static ResolvConf with(List<InetSocketAddress> servers) {
    return new ResolvConf(List.copyOf(servers), List.of(), DEFAULT_NDOTS);
  }

  static ResolvConf of(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      lines = List.of();
    }
    List<InetSocketAddress> servers = new ArrayList<>();
    List<String> search = List.of();
    int ndots = DEFAULT_NDOTS;
    for (String line : lines) {
      List<String> words = Arrays.asList(line.strip().split("\\s+"));
      List<String> values = words.subList(1, words.size());
      switch (words.getFirst()) {
        case "nameserver" ->
            values.stream().findFirst().flatMap(ResolvConf::server).ifPresent(servers::add);
        case "search" -> search = List.copyOf(values);
        case "domain" -> search = values.stream().limit(1).toList();
        case "options" -> ndots = ndots(values, ndots);
        default -> {
          // Comments, and what changes nothing here.
        }
      }
    }
    if (servers.isEmpty()) {
      servers.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT));
    }
    return new ResolvConf(List.copyOf(servers), search, ndots);
  }

  private static Optional<InetSocketAddress> server(String text) {
    return Addresses.literal(text).map(address -> new InetSocketAddress(address, PORT));
  }

  private static int ndots(List<String> options, int before) {
    int ndots = before;
    for (String option : options) {
      if (option.matches("ndots:\\d{1,6}")) {
        ndots = Math.min(Integer.parseInt(option.substring("ndots:".length())), MOST_NDOTS);
      }
    }
    return ndots;
  }
}
