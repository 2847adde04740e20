package io.sallyport.distribution.doctor;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.distribution.doctor.Dialer.Greeted;
import io.sallyport.engine.status.ListenerStatus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Examines what is behind one port, as a client of one name. */
final class PortExam {
  private static final String NOT_TRIED = "not tried: ";
  private static final String NO_AGENT = "no agent answers at the admin port";

  private final Tools tools;
  private final NamedService service;
  private final NamedService.Port port;
  private final Agent agent;

  PortExam(Tools tools, NamedService service, NamedService.Port port, Agent agent) {
    this.tools = tools;
    this.service = service;
    this.port = port;
    this.agent = agent;
  }

  /**
   * What examinations share.
   *
   * @param now when certificates have to be valid
   */
  record Tools(
      Limits limits,
      Deadlines deadlines,
      NodeFiles files,
      NodeTrust trust,
      FurtherHosts further,
      ListenerOwner owner,
      Instant now) {}

  /** The links from the listener on. */
  List<Link> links(String name, Link address) {
    Link endpoints = endpoints();
    if (address.verdict() == Verdict.BROKEN) {
      String why = NOT_TRIED + "the address is not this node's";
      return List.of(
          Link.skipped(Link.LISTENER, why),
          endpoints,
          Link.skipped(Link.TLS, why),
          Link.skipped(Link.REGISTRY, why));
    }
    Dialer dialer =
        new Dialer(
            name,
            new InetSocketAddress(service.address(), port.number()),
            port.proxied(),
            tools.limits(),
            tools.deadlines());
    Link listener = listener(dialer);
    boolean open =
        agent.listener(service, port.number()).map(ListenerStatus::failOpen).orElse(false);
    boolean dead = endpoints.verdict() == Verdict.BROKEN && !open;
    if (listener.verdict() == Verdict.BROKEN || dead) {
      String why = NOT_TRIED + (dead ? "no endpoint is up" : "nothing accepts connections");
      return List.of(
          listener, endpoints, Link.skipped(Link.TLS, why), Link.skipped(Link.REGISTRY, why));
    }
    Greeted greeted = dialer.greet();
    return List.of(listener, endpoints, tls(name, greeted), registry(name, greeted, dialer));
  }

  private Link listener(Dialer dialer) {
    String there = Addresses.text(service.address(), port.number());
    Optional<ListenerStatus> said = agent.listener(service, port.number());
    String ours = said.map(ListenerStatus::state).orElse("");
    try (Socket _ = dialer.connect()) {
      return switch (ours) {
        case "open" -> Link.ok(Link.LISTENER, "the agent accepts at " + there);
        case "full" ->
            Link.warn(
                Link.LISTENER,
                there + " is full: as many sessions as max-sessions allows",
                "raise max-sessions, or see who holds them (sallyport status)");
        default -> somebodyElse(there, said);
      };
    } catch (SocketTimeoutException silent) {
      return Link.broken(
          Link.LISTENER,
          there
              + " does not accept within "
              + tools.limits().connect().toSeconds()
              + " s"
              + (ours.isEmpty() ? "" : ", and the agent calls it " + ours),
          "see whether a firewall drops packets to it, and whether its session limit is reached");
    } catch (IOException refused) {
      String reason =
          said.map(listener -> listener.state() + ", " + listener.reason())
              .or(() -> agent.service(service).map(its -> its.phase() + ", " + its.reason()))
              .map(words -> words.endsWith(", ") ? words.substring(0, words.length() - 2) : words)
              .map(words -> "; the agent calls it " + words)
              .orElse(
                  agent.status().isPresent()
                      ? "; the agent's catalog has no such service"
                      : "; " + NO_AGENT);
      return Link.broken(
          Link.LISTENER,
          "nothing accepts at " + there + " (" + refused.getMessage() + ")" + reason,
          agent.status().isPresent()
              ? "see sallyport status, and whether the agent may listen there (ports below 1024"
                  + " need CAP_NET_BIND_SERVICE)"
              : "start the agent: sallyport run");
    }
  }

  private Link somebodyElse(String there, Optional<ListenerStatus> said) {
    String who =
        tools
            .owner()
            .of(service.address(), port.number())
            .map(ListenerOwner.Owner::words)
            .orElse("somebody whom this user cannot see");
    return agent.status().isPresent()
        ? Link.warn(
            Link.LISTENER,
            there + " accepts, but that is not the agent" + reason(said) + ": it is " + who,
            "end it, and let the agent have the port; or take the service out of the catalog")
        : Link.warn(
            Link.LISTENER,
            there + " accepts; it is " + who + ", and " + NO_AGENT,
            "start the agent, or say where its admin port is: --admin ADDRESS:PORT");
  }

  private static String reason(Optional<ListenerStatus> said) {
    return said.map(ListenerStatus::reason)
        .filter(words -> !words.isEmpty())
        .map(words -> ", which says: " + words)
        .orElse("");
  }

  private Link endpoints() {
    if (agent.status().isEmpty()) {
      return Link.skipped(Link.ENDPOINTS, "no agent that could be asked");
    }
    return agent
        .listener(service, port.number())
        .map(EndpointsLink::of)
        .orElseGet(() ->
            Link.skipped(Link.ENDPOINTS, "the agent has no listener for it that could be asked"));
  }

  private Link tls(String name, Greeted greeted) {
    return switch (greeted) {
      case Greeted.Agreed agreed -> certificate(name, agreed);
      case Greeted.Plain() -> Link.skipped(Link.TLS, "it does not speak TLS");
      case Greeted.Silent() ->
          wordless("says nothing to TLS within " + tools.limits().talk().toSeconds() + " s");
      case Greeted.Closed() -> wordless("ends the connection when it is greeted with TLS");
      case Greeted.Refused(String words) ->
          Link.broken(
              Link.TLS,
              "it speaks TLS and refuses " + name + ": " + words,
              "see whether the endpoints serve this name, and in TLS 1.2 or later");
    };
  }

  private Link wordless(String what) {
    return port.tls()
        ? Link.broken(
            Link.TLS,
            "it " + what,
            "see whether the endpoints speak TLS, expect a PROXY header, or refuse this node")
        : Link.skipped(Link.TLS, "it " + what + ": it may speak something else");
  }

  private Link certificate(String name, Greeted.Agreed agreed) {
    if (agreed.chain().isEmpty()) {
      return Link.broken(Link.TLS, "it shows no certificate", "give the endpoints one for " + name);
    }
    NodeTrust trust = tools.trust().with(tools.files().registryAuthorities(name, port.number()));
    CertificateJudge.Findings found =
        new CertificateJudge(trust, tools.now()).judge(name, agreed.chain());
    if (!found.problems().isEmpty()) {
      return Link.broken(
          Link.TLS,
          String.join("; ", found.problems()),
          "the endpoints need a certificate that holds "
              + name
              + ", of an authority that the node's clients trust; --ca names further ones");
    }
    if (!found.warning().isEmpty()) {
      return Link.warn(Link.TLS, found.warning(), "renew it");
    }
    return Link.ok(
        Link.TLS,
        agreed.protocol()
            + ", a certificate for "
            + name
            + " that ends on "
            + CertificateJudge.day(agreed.chain().getFirst().getNotAfter().toInstant()));
  }

  private Link registry(String name, Greeted greeted, Dialer dialer) {
    HttpTalk http = new HttpTalk(tools.deadlines(), tools.limits().talk());
    String from = name + ":" + port.number();
    return switch (greeted) {
      case Greeted.Agreed agreed -> {
        String authority = port.number() == 443 ? name : from;
        Registry.Opener opener = () -> secure(dialer);
        try (Socket socket = agreed.socket()) {
          yield new Registry(opener, http, tools.further(), authority, from).examine(socket);
        } catch (IOException closing) {
          yield Link.skipped(Link.REGISTRY, "it cannot be closed: " + closing.getMessage());
        }
      }
      case Greeted.Plain() -> {
        String authority = port.number() == 80 ? name : from;
        try (Socket socket = dialer.connect()) {
          yield new Registry(dialer::connect, http, tools.further(), authority, from)
              .examine(socket);
        } catch (IOException gone) {
          yield Link.skipped(Link.REGISTRY, "it accepts no second connection");
        }
      }
      case Greeted.Silent(), Greeted.Closed(), Greeted.Refused(_) ->
          Link.skipped(Link.REGISTRY, NOT_TRIED + "TLS was not agreed");
    };
  }

  private static Socket secure(Dialer dialer) throws IOException {
    return switch (dialer.greet()) {
      case Greeted.Agreed agreed -> agreed.socket();
      case Greeted.Plain(), Greeted.Silent(), Greeted.Closed(), Greeted.Refused(_) ->
          throw new IOException("a further connection did not agree on TLS");
    };
  }
}
