/** A day could not be archived or restored. Nothing was dropped; the message says what to do. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
}
