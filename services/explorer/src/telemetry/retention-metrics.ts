import type { SignalOutcome } from '@ml-otel/telemetry-store/retention';
import type { RetentionObserver } from '../retention/retention-loop.ts';
import type { Meter } from './ingest-metrics.ts';

/** What retention tells of itself, as OpenTelemetry instruments. */
export function createRetentionMetrics(meter: Meter): RetentionObserver {
  const passes = meter.createCounter('explorer.retention.passes', {
    unit: '{pass}',
    description: 'Passes of the retention by how they ended',
  });
  const rows = meter.createCounter('explorer.retention.rows', {
    unit: '{row}',
    description: 'Rows past their retention, by what became of them',
  });
  const held = meter.createGauge('explorer.retention.held', {
    unit: '{row}',
    description: 'Rows that a shorter retention would delete once it is confirmed',
  });
  const sum = (pieces: readonly { readonly rows: number }[]) =>
    pieces.reduce((all, piece) => all + piece.rows, 0);
  const tell = (outcome: SignalOutcome, archived: boolean) => {
    const { signal } = outcome;
    const fate = archived && signal !== 'training' ? 'archived' : 'deleted';
    rows.add(sum(outcome.removed), { signal, fate });
    held.record(sum(outcome.held), { signal });
  };
  return {
    passed(outcomes, archived) {
      const isWhole = outcomes.every(({ failed }) => failed.length === 0);
      passes.add(1, { outcome: isWhole ? 'done' : 'partial' });
      for (const outcome of outcomes) tell(outcome, archived);
    },
    failed: () => passes.add(1, { outcome: 'failed' }),
  };
}
