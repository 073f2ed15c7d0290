import {
  type ArchiveFolder,
  applyRetention,
  archiveRemover,
  dropRemover,
  type Expired,
  planRetention,
  recoverArchives,
} from '@ml-otel/telemetry-store/retention';
import { retentionOf } from '../retention/retention-settings.ts';
import type { CommandParts } from './command-parts.ts';
import { bytesText, textTable } from './text-table.ts';

/** What goes, and what would. */
export async function previewCommand({ store, config, print, now }: CommandParts): Promise<void> {
  const plans = await planRetention(store, retentionOf(config), { now });
  for (const { signal, days, applied, expired, held } of plans) {
    print(`${signal}: ${daysText(days)}${applied === days ? '' : `, before ${daysText(applied)}`}`);
    if (expired.length > 0) print(`goes with the next pass:\n${piecesTable(expired)}`);
    if (held.length > 0) print(`waits until it is confirmed:\n${piecesTable(held)}`);
  }
}

/** @returns whether all of it went */
export async function applyCommand(
  { store, config, print, now }: CommandParts,
  archive: ArchiveFolder | undefined,
): Promise<boolean> {
  if (archive !== undefined) await recoverArchives(store, archive);
  const remover = archive === undefined ? dropRemover(store) : archiveRemover(store, archive);
  const outcomes = await applyRetention(store, retentionOf(config), {
    now,
    remover,
    isConfirmed: () => true,
  });
  for (const { signal, removed, failed } of outcomes) {
    print(`${signal}: ${removed.length === 0 ? 'nothing to do' : `gone:\n${piecesTable(removed)}`}`);
    for (const { expired, error } of failed)
      print(`  could not be removed: ${expired.table} ${expired.what}: ${error.message}`);
  }
  return outcomes.every(({ failed }) => failed.length === 0);
}

function daysText(days: number | undefined): string {
  return days === undefined ? 'kept for ever' : `kept ${days} days`;
}

function piecesTable(pieces: readonly Expired[]): string {
  return textTable(
    ['table', 'day or run', 'rows', 'size', 'oldest', 'newest'],
    pieces.map(({ table, what, rows, bytes, oldest, newest }) => [
      table,
      what,
      String(rows),
      bytes === undefined ? '' : bytesText(bytes),
      oldest,
      newest,
    ]),
  );
}
