import type { Connection } from '@ml-otel/telemetry-store';
import type { Settings } from '../settings.ts';

export interface CommandParts {
  readonly store: Connection;
  readonly config: Settings;
  readonly now: Date;
  print(text: string): void;
}

/** What was typed, or set, is not right; the message says what is. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
