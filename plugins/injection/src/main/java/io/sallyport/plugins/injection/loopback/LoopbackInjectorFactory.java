package io.sallyport.plugins.injection.loopback;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.injection.HostInjector;
import io.sallyport.api.injection.HostInjectorContext;
import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.api.injection.InjectionPhase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * The host injector {@code loopback}: the services' addresses become addresses of the node itself.
 *
 * <p>One key, {@code link}: {@code lo} (the default), or the name of a link for our addresses
 * alone, which is made when it is missing and removed with the last address.
 *
 * @since 0.1
 */
public final class LoopbackInjectorFactory implements HostInjectorFactory<LoopbackSettings> {
  /** The longest name of a link: IFNAMSIZ of linux/if.h without the final zero. */
  private static final int LONGEST_NAME = 15;

  /** For {@link java.util.ServiceLoader}. */
  public LoopbackInjectorFactory() {}

  @Override
  public String type() {
    return "loopback";
  }

  @Override
  public Class<LoopbackSettings> settingsType() {
    return LoopbackSettings.class;
  }

  @Override
  public InjectionPhase phase() {
    return InjectionPhase.ADDRESS;
  }

  @Override
  public LoopbackSettings parse(ConfigSection section) {
    String link = section.text("link").orElse(Links.LO);
    Optional<String> complaint = complaint(link);
    complaint.ifPresent(words ->
        section.problem(
            "link",
            words,
            "write lo, or a name of 1 to 15 characters without blanks, \"/\", \":\" and \"%\","
                + " such as sallyport0"));
    section.finish();
    return new LoopbackSettings(complaint.isPresent() ? Links.LO : link);
  }

  @Override
  public HostInjector create(LoopbackSettings settings, HostInjectorContext context) {
    OwnershipRecord ownership =
        new OwnershipRecord(
            context.stateDirectory().resolve("loopback-addresses"),
            NodeIdentity.read(Path.of("/proc")));
    return new LoopbackInjector(
        settings.link(), LibC.load(), ownership, context.drift(), new SecureRandom());
  }

  /** What the kernel (dev_valid_name in net/core/dev.c, and its "%d" patterns) would not take. */
  private static Optional<String> complaint(String name) {
    if (name.isEmpty()) {
      return Optional.of("a link's name is not empty");
    }
    if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      return Optional.of("a link's name has at most " + LONGEST_NAME + " bytes");
    }
    if (name.equals(".") || name.equals("..")) {
      return Optional.of("is not a name that a link may have");
    }
    return name.chars()
        .filter(c -> c <= ' ' || c == '/' || c == ':' || c == '%' || c == 0x7f)
        .mapToObj(c -> "a link's name does not hold the character '" + (char) c + "'")
        .findFirst();
  }
}
