package io.sallyport.plugins.injection.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What the system says when it refuses a file, in words for people. */
public final class Failures {
  private Failures() {}

  public static String text(IOException failure) {
    return switch (failure) {
      case AccessDeniedException denied -> "permission denied (" + denied.getFile() + ")";
      case NoSuchFileException gone -> "no such file (" + gone.getFile() + ")";
      case FileSystemException refused when refused.getReason() != null ->
          refused.getReason() + " (" + refused.getFile() + ")";
      default -> String.valueOf(failure.getMessage());
    };
  }
}
