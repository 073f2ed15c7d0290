import { StoreError } from '../connection/store-error.ts';

const BAD_ARGUMENTS = 36;

/**
 * Whether an insert failed because its bytes are not a request: nothing was written, and trying again is useless.
 *
 * Beside what any format's parser says there is a `oneof` of which more than one member was sent, which no SDK does;
 * its code is not its own, so the message tells.
 */
export function isUnreadable(error: unknown): boolean {
  if (!(error instanceof StoreError)) return false;
  return (
    error.isParseError || (error.code === BAD_ARGUMENTS && error.message.includes('Invalid protobuf data'))
  );
}
