/** The store cannot be brought to the schema of this program; the message names the file and what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}
