export type BackupErrorCode = "BACKUP_KEY_MISSING" | "BACKUP_KEY_WRONG" | "BACKUP_EXISTS" | "BACKUP_NOT_FOUND";

/** A backup cannot be made or read, and what to do. `code` is listed in `docs/errors.md`. */
export class BackupError extends Error {
  override readonly name = "BackupError";
  constructor(
    readonly code: BackupErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
