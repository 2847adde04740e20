package io.sallyport.distribution.hocon;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigResolver;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.sallyport.api.config.Origin;
import io.sallyport.api.config.Problems;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One reading: a file, what it includes, and the substitutions between them. */
final class HoconReading {
  private static final int MOST_DEEP = 100;
  private static final int MOST_INCLUDES = 1_000;
  private static final int MOST_SUBSTITUTIONS_TOLD = 20;
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{\\??([^}]*)}");

  private static final String UNRESOLVED = "Could not resolve substitution to a value: ";

  private final Predicate<List<String>> once;
  private final Problems problems = new Problems();
  private final Set<Path> files = new LinkedHashSet<>();
  private final Deque<Path> open = new ArrayDeque<>();
  private int included;

  HoconReading(Predicate<List<String>> once) {
    this.once = once;
  }

  HoconDocument file(Path file) {
    return document(parsed(file));
  }

  HoconDocument text(String source, String text) {
    return document(parsed(source, text, null));
  }

  private HoconDocument document(ConfigObject parsed) {
    Optional<ConfigObject> resolved =
        problems.refuse() ? Optional.empty() : resolved(parsed.toConfig());
    return resolved.isEmpty()
        ? new HoconDocument.Refused(problems.all(), files)
        : new HoconDocument.Parsed(resolved.get(), problems.all(), files);
  }

  private ConfigObject parsed(Path file) {
    files.add(file);
    return switch (TextFile.read(file)) {
      case TextFile.Unreadable(int line, String message, String remedy) -> {
        problems.error(new Origin(file.toString(), line), "", "", message, remedy);
        yield nothing();
      }
      case TextFile.Text(String text) -> {
        open.push(file.toAbsolutePath().normalize());
        ConfigObject object = parsed(file.toString(), text, file);
        open.pop();
        yield object;
      }
    };
  }

  private ConfigObject parsed(String source, String text, @Nullable Path file) {
    HoconText looked = HoconText.of(text, MOST_DEEP);
    if (looked.tooDeepAt() > 0) {
      tooDeep(new Origin(source, looked.tooDeepAt()));
      return nothing();
    }
    ConfigParseOptions options =
        ConfigParseOptions.defaults()
            .setSyntax(ConfigSyntax.CONF)
            .setOriginDescription(source)
            .setIncluder(new FileIncluder(this, source, file, looked.includes()));
    try {
      ConfigObject object = ConfigFactory.parseString(text, options).root();
      looked.repeats().forEach(repeat -> repeated(source, repeat));
      return object;
    } catch (ConfigException notHocon) {
      problems.add(SyntaxProblem.of(notHocon, origin(notHocon, source), looked));
    } catch (StackOverflowError keysWithThousandsOfDots) {
      tooDeep(new Origin(source, 0));
    }
    return nothing();
  }

  /** Reads what an include statement names. */
  ConfigObject include(Path file, boolean required, Origin statement, String named) {
    Optional<Path> cycle =
        open.stream().filter(file.toAbsolutePath().normalize()::equals).findFirst();
    if (cycle.isPresent()) {
      problems.error(
          statement, "", "", "include \"" + named + "\" leads back to itself", "remove it");
      return nothing();
    }
    if (++included > MOST_INCLUDES) {
      if (included == MOST_INCLUDES + 1) {
        String message = "more than " + MOST_INCLUDES + " files are included";
        problems.error(statement, "", "", message, "include fewer");
      }
      return nothing();
    }
    if (!TextFile.exists(file)) {
      files.add(file);
      String message = "include \"" + named + "\" finds no file " + file;
      if (required) {
        problems.error(statement, "", "", message, "create it, or remove the statement");
      } else {
        problems.warning(
            statement, "", "", message, "write include required(…) where it must be there");
      }
      return nothing();
    }
    return parsed(file);
  }

  Problems problems() {
    return problems;
  }

  static ConfigObject nothing() {
    return ConfigFactory.empty().root();
  }

  /**
   * The parser tells one unresolved substitution at a time: each is stood in for, then the next.
   */
  private Optional<ConfigObject> resolved(Config parsed) {
    Set<String> told = new HashSet<>();
    StandIns standIns = new StandIns(told);
    ConfigResolveOptions options = ConfigResolveOptions.noSystem().appendResolver(standIns);
    while (true) {
      try {
        ConfigObject resolved = parsed.resolve(options).root();
        return told.isEmpty() ? Optional.of(resolved) : Optional.empty();
      } catch (ConfigException unresolved) {
        Origin at = origin(unresolved, "");
        String reason = reason(unresolved);
        Matcher reference = REFERENCE.matcher(reason);
        boolean missing =
            unresolved instanceof ConfigException.UnresolvedSubstitution
                && !reason.contains("cycle")
                && reference.find();
        if (!missing) {
          String message = "a substitution leads nowhere: " + reason.replace(UNRESOLVED, "");
          problems.error(at, "", "", message, "write the value itself in one of the places");
          return Optional.empty();
        }
        String path = reference.group(1);
        if (!told.add(path) || told.size() > MOST_SUBSTITUTIONS_TOLD) {
          return Optional.empty();
        }
        problems.error(
            at,
            "",
            "",
            "${" + path + "} stands for nothing in this file or what it includes",
            "define " + path + ", or write ${?" + path + "} where it may be absent");
      } catch (StackOverflowError tooDeep) {
        tooDeep(Origin.UNKNOWN);
        return Optional.empty();
      }
    }
  }

  private void repeated(String source, HoconText.Repeat repeat) {
    Origin at = new Origin(source, repeat.line());
    String path = String.join(".", repeat.path());
    if (!repeat.object()) {
      String message = "stands twice, in line " + repeat.first() + " too, and the later one wins";
      problems.warning(at, path, "", message, "remove one of them");
    } else if (once.test(repeat.path())) {
      String message = "is declared twice, in line " + repeat.first() + " too";
      problems.error(at, path, "", message, "remove one of them, or give it a name of its own");
    }
  }

  private void tooDeep(Origin at) {
    String message = "nests more than " + MOST_DEEP + " levels deep";
    problems.error(at, "", "", message, "write it with fewer objects and lists in one another");
  }

  private static Origin origin(ConfigException exception, String source) {
    return exception.origin() == null
        ? new Origin(source, 0)
        : HoconValues.origin(exception.origin());
  }

  /** The message without the origin in front of it, in one line. */
  static String reason(ConfigException exception) {
    String message = String.valueOf(exception.getMessage());
    if (exception.origin() != null) {
      String prefix = exception.origin().description() + ": ";
      message = message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    }
    return message.replaceAll("\\p{Cntrl}", "?");
  }

  /** Stands in for the substitutions that were told already. */
  private record StandIns(Set<String> told) implements ConfigResolver {
    @Override
    public @Nullable ConfigValue lookup(String path) {
      return told.contains(path) ? ConfigValueFactory.fromAnyRef("") : null;
    }

    @Override
    public ConfigResolver withFallback(ConfigResolver fallback) {
      return this;
    }
  }
}
