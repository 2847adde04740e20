package io.sallyport.distribution.cli;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a catalog is to be changed.
 *
 * @param file what it is to be; of no meaning to a roll back
 * @param partial whether services that the file does not name stay
 * @param dryRun whether only to show it
 * @param expected the revision that it was made against
 * @param comment why
 * @param removalsConfirmed whether the removals are meant, however many
 * @param yes whether to do it without asking
 */
record ApplyWishes(
    Path file,
    boolean partial,
    boolean dryRun,
    Optional<String> expected,
    String comment,
    boolean removalsConfirmed,
    boolean yes) {}
