package io.sallyport.distribution.hocon;

import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import io.sallyport.api.config.Origin;
import java.io.File;
import java.net.URL;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Follows the include statements of one file: files only, relative to the file that names them. */
final class FileIncluder
    implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
  private static final String REMEDY = "include a file";

  private final HoconReading reading;
  private final String source;
  private final @Nullable Path file;
  private final List<HoconText.Include> statements;

  FileIncluder(
      HoconReading reading,
      String source,
      @Nullable Path file,
      List<HoconText.Include> statements) {
    this.reading = reading;
    this.source = source;
    this.file = file;
    this.statements = statements;
  }

  @Override
  public ConfigIncluder withFallback(ConfigIncluder fallback) {
    return this;
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    Origin statement = statement(what);
    if (file == null) {
      return refused(statement, what, "cannot be followed: this text is no file");
    }
    try {
      Path named = file.resolveSibling(what);
      Path withSuffix = file.resolveSibling(what + ".conf");
      boolean suffix = !TextFile.exists(named) && TextFile.exists(withSuffix);
      boolean required = !context.parseOptions().getAllowMissing();
      return reading.include(suffix ? withSuffix : named, required, statement, what);
    } catch (InvalidPathException notAPath) {
      return refused(statement, what, "is no file name");
    }
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    return include(context, what.getPath());
  }

  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
    return refused(statement(what.toString()), what.toString(), "is not followed: it is a URL");
  }

  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String what) {
    return refused(statement(what), what, "is not followed: it is on the class path");
  }

  private ConfigObject refused(Origin statement, String what, String message) {
    reading.problems().error(statement, "", "", "include \"" + what + "\" " + message, REMEDY);
    return HoconReading.nothing();
  }

  /** The parser does not say where the statement stands; its text does. */
  private Origin statement(String what) {
    return statements.stream()
        .filter(statement -> statement.text().contains(what))
        .findFirst()
        .map(statement -> new Origin(source, statement.line()))
        .orElse(new Origin(source, 0));
  }
}
