package io.sallyport.distribution.log;

/**
 * What is logged, and how.
 *
 * @param format the form of a line
 * @param level the least level that is written
 * @param sessions which sessions get a line
 * @param queue lines that may wait to be written; beyond it they are dropped and counted
 * @since 0.1
 */
public record LogSettings(LogFormat format, LogLevel level, SessionLog sessions, int queue) {}
