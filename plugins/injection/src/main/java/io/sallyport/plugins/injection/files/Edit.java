package io.sallyport.plugins.injection.files;

/** What should become of a file's content, decided from the content and nothing else. */
public sealed interface Edit {
  /** Nothing. */
  record Keep() implements Edit {}

  /** This. */
  record Replace(Content content) implements Edit {}

  /** Nothing, because it cannot be done without harm, or not yet. */
  record Refuse(Refusal refusal) implements Edit {}
}
