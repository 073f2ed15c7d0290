import { textTable } from '../../../scripts/text-table.ts';
import type { TableCount } from './count-rows.ts';
import type { Ledger } from './load.ts';

const HEADINGS = [
  'table',
  'requests answered',
  'of them sent again',
  'rows answered for',
  'missing',
  'doubled',
] as const;

export type Findings = {
  readonly ledger: Ledger;
  readonly counts: readonly TableCount[];
  /** Exit code after SIGTERM. */
  readonly lastCode: number;
};

/** A table of what was answered for and what is there, and how often senders had to send again. */
export function report({ ledger, counts }: Findings): string {
  const rows = counts.map(({ table, signal, acknowledged, missing, doubled, byKey }) => [
    table,
    String(ledger.taken[signal].size),
    String(ledger.sentAgain[signal]),
    String(acknowledged),
    String(missing),
    byKey ? `${doubled} (read by key)` : String(doubled),
  ]);
  return [
    textTable(HEADINGS, rows),
    '',
    `Tries without an answer: ${ledger.silences}. Answers that asked to send again: ${listOf(ledger.later)}.`,
  ].join('\n');
}

/** What must not be, one sentence each. */
export function faultsOf({ ledger, counts, lastCode }: Findings): string[] {
  const lost = counts.filter(({ missing }) => missing > 0);
  const twice = counts.filter(({ byKey, doubled }) => byKey && doubled > 0);
  const silent = Object.values(ledger.taken).some(({ size }) => size === 0);
  return [
    ...lost.map(({ table, missing }) => `LOST: ${missing} of ${table}`),
    ...twice.map(({ table, doubled }) => `READ TWICE: ${doubled} of ${table}`),
    ...(ledger.refused.size === 0 ? [] : [`WRONG ANSWERS: ${listOf(ledger.refused)}`]),
    ...(silent ? ['NO LOAD: a signal had no answer of success'] : []),
    ...(lastCode === 0 ? [] : [`WRONG END: SIGTERM gave exit code ${lastCode}`]),
  ];
}

function listOf(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([reason, count]) => `${count} × ${reason}`).join(', ') || 'none';
}
