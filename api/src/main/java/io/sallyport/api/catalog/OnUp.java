package io.sallyport.api.catalog;

/**
 * What happens to sessions on backups when a primary endpoint's verdict turns good.
 *
 * @since 0.1
 */
public enum OnUp {
  /** They go on. */
  KEEP_BACKUP_SESSIONS,
  /** They are closed (HAProxy's {@code on-marked-up shutdown-backup-sessions}). */
  CLOSE_BACKUP_SESSIONS
}
