/**
 * Backup and restore of both databases (docs/operations/backup.md). A backup holds no key; the master key is
 * kept apart from it, or it protects nothing.
 *
 * Deliberately absent: schedules and copies to other machines. An operator has better tools for both.
 */
export { type BackupHead, BackupRefused } from './format.ts';
export { type CopyKeeper, type CopyRefusal, keepCopies } from './keep-copies.ts';
export { type BackupRestored, restoreBackup } from './restore-backup.ts';
export { type BackupWritten, writeBackup } from './write-backup.ts';
