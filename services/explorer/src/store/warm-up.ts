import type { Connection } from '@ml-otel/telemetry-store';
import { run, runMetrics, runPage, trainingSeries } from '@ml-otel/telemetry-store/queries';

const LOSS = 'ml.training.loss';

/**
 * Asks once what the page asks first: a statement takes several times as long when the engine reads its tables for the first
 * time since it began. Nobody waits for it, and where it fails whoever asks next is told.
 */
export async function warmUp(store: Connection, now = Date.now()): Promise<void> {
  try {
    const page = await runPage(store, { filter: {}, sort: 'start', order: 'descending', limit: 1, now });
    const id = page.runs[0]?.id;
    if (id === undefined) return;
    await Promise.all([run(store, id, now), runMetrics(store, id)]);
    await trainingSeries(store, { runs: [id], metrics: [LOSS] });
  } catch {
    // Such as a store that closes meanwhile.
  }
}
