package io.sallyport.distribution.cli;

import com.typesafe.config.ConfigUtil;
import io.sallyport.control.security.Role;
import io.sallyport.control.security.TlsFiles;
import io.sallyport.control.security.TrialAuthority;
import io.sallyport.control.security.TrialAuthority.Holder;
import io.sallyport.control.security.TrialAuthority.TrialException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a trial of the control plane begins with: an authority, certificates, and files of settings
 * that name them. Certificates that are there stay; files of settings too.
 *
 * @param directory where everything goes, absolute
 * @param hosts what the control plane is reached under
 * @param port its port
 * @param valid how long certificates are
 */
record TrialFiles(Path directory, List<String> hosts, int port, Duration valid) {
  private static final String DOMAIN = "sallyport";
  private static final String CONTROL = "control";

  /** An operator who shall have a certificate. */
  record Operator(String name, String role) {}

  /** Writes what is not there yet, and says so; false when something could not be written. */
  boolean write(List<String> nodes, List<Operator> operators, PrintWriter out, PrintWriter err) {
    try {
      TrialAuthority authority =
          TrialAuthority.in(directory, Path.of(System.getProperty("java.home")), DOMAIN);
      out.println("authority      " + authority.certificate());
      control(issued(authority, new Holder.Replica(CONTROL, hosts), CONTROL, out), out);
      for (Operator operator : operators) {
        Holder holder =
            new Holder.Operator(operator.name(), Role.of(operator.role()).orElseThrow());
        String file = "operator-" + operator.name();
        client(file, issued(authority, holder, file, out), out);
      }
      for (String node : nodes) {
        String file = "node-" + node;
        agent(file, issued(authority, new Holder.Node(node), file, out), out);
      }
      next(nodes, operators, out);
      return true;
    } catch (TrialException | IOException fault) {
      err.println("sallyport: " + fault.getMessage());
      return false;
    } finally {
      out.flush();
      err.flush();
    }
  }

  private TlsFiles issued(TrialAuthority authority, Holder holder, String name, PrintWriter out) {
    TlsFiles files =
        new TlsFiles(
            directory.resolve(name + ".pem"),
            directory.resolve(name + ".key"),
            authority.certificate());
    boolean there = Files.exists(files.certificate()) && Files.exists(files.key());
    if (!there) {
      files = authority.issue(holder, name, valid);
    }
    out.println((there ? "there already  " : "certificate    ") + files.certificate());
    return files;
  }

  private void control(TlsFiles files, PrintWriter out) throws IOException {
    String host = hosts.getFirst();
    settings(
        "control.conf",
        """
        # A control plane for a trial. conf/control.conf of the installation explains every setting.
        listen = %s
        advertise = %s
        replica = control
        state-directory = %s
        tls {
          certificate = %s
          key = %s
          ca = %s
        }
        """
            .formatted(
                quoted((host.contains(":") ? "[::]:" : "0.0.0.0:") + port),
                quoted(address(host)),
                quoted(directory.resolve("control-state").toString()),
                quoted(files.certificate().toString()),
                quoted(files.key().toString()),
                quoted(files.authorities().toString())),
        out);
  }

  private void client(String name, TlsFiles files, PrintWriter out) throws IOException {
    settings(
        name + ".conf",
        """
        # How an operator reaches the control plane: sallyport nodes --client THIS-FILE, or put it in
        # ~/.config/sallyport/client.conf. Paths count from the folder that this file is in.
        control = [%s]
        certificate = %s
        key = %s
        ca = %s
        """
            .formatted(
                addresses(),
                quoted(files.certificate().toString()),
                quoted(files.key().toString()),
                quoted(files.authorities().toString())),
        out);
  }

  private void agent(String name, TlsFiles files, PrintWriter out) throws IOException {
    settings(
        name + ".conf",
        """
        # An agent for a trial. conf/sallyport.conf of the installation explains every setting.
        control {
          addresses = [%s]
          tls {
            certificate = %s
            key = %s
            ca = %s
          }
        }
        """
            .formatted(
                addresses(),
                quoted(files.certificate().toString()),
                quoted(files.key().toString()),
                quoted(files.authorities().toString())),
        out);
  }

  private void settings(String name, String text, PrintWriter out) throws IOException {
    Path file = directory.resolve(name);
    boolean there = Files.exists(file);
    if (!there) {
      Files.writeString(file, text);
    }
    out.println((there ? "there already  " : "settings       ") + file);
  }

  private void next(List<String> nodes, List<Operator> operators, PrintWriter out) {
    out.println();
    out.println("Next:");
    out.println("  sallyport control --config " + directory.resolve("control.conf"));
    operators.stream()
        .findFirst()
        .ifPresent(operator -> {
          Path client = directory.resolve("operator-" + operator.name() + ".conf");
          out.println("  sallyport catalog apply CATALOG --client " + client);
          out.println("  sallyport nodes --client " + client);
        });
    nodes.stream()
        .findFirst()
        .ifPresent(node ->
            out.println(
                "  sallyport agent --config "
                    + directory.resolve("node-" + node + ".conf")
                    + "    # on "
                    + node
                    + ", with the files that it names"));
  }

  private String addresses() {
    return String.join(", ", hosts.stream().map(host -> quoted(address(host))).toList());
  }

  private String address(String host) {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  private static String quoted(String text) {
    return ConfigUtil.quoteString(text);
  }
}
