import {
  batchToken,
  type Connection,
  checkRequest,
  insertStatement,
  isUnreadable,
  StoreError,
} from '@ml-otel/telemetry-store';
import type { CommitOutcome, Committer } from '../receiver/committer.ts';

/** Commits to ClickHouse: requests that pass the check are put one behind the other and inserted as they are. */
export function storeCommitter(connection: Pick<Connection, 'insertBytes'>): Committer {
  return {
    check: checkRequest,
    async commit(signal, requests, { id, receivedAt }) {
      const body = requests.length === 1 ? requests[0]! : Buffer.concat(requests);
      try {
        await connection.insertBytes(insertStatement(signal, body, batchToken(receivedAt, id)));
        return { kind: 'committed' };
      } catch (error) {
        return outcomeOf(error);
      }
    },
  };
}

/**
 * All but a value that cannot even be sent is worth another try: what is wrong with a server or a disk is put right
 * some time, and until then senders keep what they have.
 */
function outcomeOf(error: unknown): CommitOutcome {
  if (!(error instanceof StoreError)) throw error;
  if (isUnreadable(error)) return { kind: 'corrupt', reason: error.message };
  return { kind: 'failed', retryable: error.reason !== 'usage', reason: error.message };
}
