package io.sallyport.distribution.doctor;

import java.nio.file.Path;
import java.util.Locale;

/** Who writes lines of a hosts file. */
enum Writer {
  /** Our injector {@code hosts-file}. */
  SALLYPORT("sallyport:"),
  /** Our injector {@code resolved-name}. */
  RESOLVED_NAME("sallyport-resolved:"),
  /** cloud-init, from a template, at each boot. */
  CLOUD_INIT(""),
  /** OpenShift's node resolver, each minute. */
  NODE_RESOLVER(""),
  /** kubelet, for a pod. */
  KUBELET(""),
  /** Somebody else. */
  UNKNOWN("");

  private final String mark;

  Writer(String mark) {
    this.mark = mark;
  }

  /** How the comment of its lines starts; empty for others than ours. */
  String mark() {
    return mark;
  }

  /** As JSON has it. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Writer of(HostsLine line) {
    for (Writer writer : values()) {
      if (writer.word().equals(line.writer())) {
        return writer;
      }
    }
    return UNKNOWN;
  }

  /** How to be rid of a line for good. */
  String remedy(Path hosts, int line) {
    String here = "remove line " + line + " of " + hosts;
    return switch (this) {
      case SALLYPORT ->
          here
              + " if no agent serves this name there any more (sallyport status says what it does)";
      case RESOLVED_NAME ->
          "take the name out of injectors.resolved-name in the node's settings: the catalog has it";
      case CLOUD_INIT ->
          here + " and that of cloud-init's template, or it is back at the next boot";
      case NODE_RESOLVER ->
          "take the name off the node resolver's list of services: it writes its line each minute";
      case KUBELET -> "change the pod's hostAliases, or create the pod anew";
      case UNKNOWN ->
          here + ", and if it comes back find out who writes it: auditctl -w " + hosts + " -p wa";
    };
  }
}
